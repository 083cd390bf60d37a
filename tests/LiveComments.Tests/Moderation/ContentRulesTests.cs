using LiveComments.Moderation;
using LiveComments.Moderation.Rules;
using LiveComments.Text;

namespace LiveComments.Tests.Moderation;

public sealed class ContentRulesTests
{
    private const string Full = """
        {"links":{"action":"hold","allow":["example.org"],"block":["bad.example"]},"words":[{"text":"foo","action":"hold"},{"text":"bar baz","action":"block"},{"text":"qux","action":"mask"}],"patterns":[{"pattern":"\\bv[i1]p\\d{2}\\b","action":"refuse"}],"notEmojiOnly":"hold","capitals":"hold","repetition":"refuse"}
        """;

    [Theory]
    [InlineData("see https://www.example.org/x", null, null)]
    [InlineData("see https://other.net/x", Verdict.Hold, "links to other.net")]
    [InlineData("see notexample.org/x", Verdict.Hold, "links to notexample.org")]
    [InlineData("example.org and a.bad.example/x https://a.bad.example/x", Verdict.Refuse, "links to a.bad.example, which is blocked")]
    [InlineData("F.0.0!", Verdict.Hold, "has the word foo")]
    [InlineData("foo bar baz", Verdict.Refuse, "has the word bar baz")]
    [InlineData("qux", null, null)]
    [InlineData("buy VIP99 now", Verdict.Refuse, @"matches \bv[i1]p\d{2}\b")]
    [InlineData("THIS IS ALL IN CAPITALS OF COURSE", Verdict.Hold, "is written in capitals")]
    [InlineData("GOAL GOAL GOAL", null, null)]
    [InlineData("nothing to see", null, null)]
    public void The_strictest_rule_answers(string text, Verdict? verdict, string? reason)
    {
        var match = Judge(Full.Replace("\"notEmojiOnly\":\"hold\",", ""), text);
        Assert.Equal((verdict, reason), (match?.Verdict, match?.Reason));
    }

    [Fact]
    public void A_text_that_repeats_itself_beyond_all_shouting_is_found()
    {
        Assert.Equal(Verdict.Refuse, Judge(Full, string.Join(' ', Enumerable.Repeat("spam", 21)))?.Verdict);
        Assert.Equal(Verdict.Refuse, Judge(Full, new string('x', 41))?.Verdict);
        Assert.Equal("is more than emoji", Judge(Full, new string('x', 40))?.Reason);
    }

    [Theory]
    [InlineData("🔥🔥 👨‍👩‍👧 🇵🇹 👍🏽 ❤️ 1️⃣ ©️", true)]
    [InlineData("🔥 wow", false)]
    [InlineData("1", false)]
    [InlineData("#", false)]
    [InlineData("🇵", false)]
    [InlineData("…", false)]
    [InlineData("", false)]
    public void Emoji_alone_are_told_from_text(string text, bool expected) => Assert.Equal(expected, Shape.IsEmojiOnly(text));

    [Fact]
    public void Rules_are_written_as_they_were_read()
    {
        var rules = ContentRulesJson.Read(Full, out var fault);
        Assert.Null(fault);
        Assert.Equal(Full.Trim(), ContentRulesJson.Write(rules!));
        Assert.Equal("{}", ContentRulesJson.Write(ContentRulesJson.Read("{}", out _)!));
    }

    [Theory]
    [InlineData("{", "The rules are not JSON (line 1, byte 2).")]
    [InlineData("null", "The rules are null.")]
    [InlineData("""{"lnks":{}}""", "lnks is unknown.")]
    [InlineData("""{"capitals":"hold","capitals":"hold"}""", "capitals is there twice.")]
    [InlineData("[]", "The whole has the wrong type.")]
    [InlineData("""{"capitals":1}""", "capitals has the wrong type.")]
    [InlineData("""{"capitals":"no"}""", "capitals is admit, hold or refuse.")]
    [InlineData("""{"links":{"action":"drop"}}""", "links.action is admit, hold or refuse.")]
    [InlineData("""{"links":{"action":"hold","allow":["https://example.org/"]}}""", "links.allow[0] is not a host such as example.org, without https:// and path.")]
    [InlineData("""{"links":{}}""", "links lacks 'action'.")]
    [InlineData("""{"words":[{"text":"foo","action":"kill"}]}""", "words[0].action is mask, hold or block.")]
    [InlineData("""{"words":[{"text":"!!","action":"hold"}]}""", "words[0].text has no letter or figure.")]
    [InlineData("""{"words":[{"text":null,"action":"hold"}]}""", "words[0].text has the wrong type.")]
    [InlineData("""{"words":[null]}""", "words[0] is null.")]
    [InlineData("""{"patterns":[null]}""", "patterns[0] is null.")]
    [InlineData("""{"links":{"action":"hold","block":[null]}}""", "links.block[0] is not a host")]
    [InlineData("""{"patterns":[{"pattern":"(","action":"hold"}]}""", "patterns[0].pattern is not a regular expression")]
    [InlineData("""{"patterns":[{"pattern":"(a)\\1","action":"hold"}]}""", "patterns[0].pattern needs backtracking")]
    [InlineData("""{"patterns":[{"pattern":"a*","action":"hold"}]}""", "patterns[0].pattern matches every comment")]
    [InlineData("""{"patterns":[{"pattern":"(a{50}){50}","action":"hold"}]}""", "patterns[0].pattern repeats more than 100 times.")]
    [InlineData("""{"patterns":[{"pattern":"a{99999999999999999999}","action":"hold"}]}""", "patterns[0].pattern repeats more than 100 times.")]
    [InlineData("""{"patterns":[{"pattern":"","action":"hold"}]}""", "patterns[0].pattern is empty.")]
    public void Rules_that_could_not_work_are_refused_with_what_is_wrong(string json, string expected)
    {
        Assert.Null(ContentRulesJson.Read(json, out var fault));
        Assert.Contains(expected, fault);
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        Assert.Null(ContentRulesJson.Read($$"""{"patterns":[{"pattern":"{{new string('a', 201)}}","action":"hold"}]}""", out var fault));
        Assert.Contains("more than 200 characters", fault);
        Assert.Null(ContentRulesJson.Read($$"""{"words":[{{string.Join(',', Enumerable.Repeat("""{"text":"a","action":"hold"}""", 1_001))}}]}""", out fault));
        Assert.Contains("more than 1000 words", fault);
        Assert.Null(ContentRulesJson.Read($$"""{"patterns":[{{string.Join(',', Enumerable.Repeat("""{"pattern":"a","action":"hold"}""", 21))}}]}""", out fault));
        Assert.Contains("more than 20 expressions", fault);
    }

    private static RuleMatch? Judge(string json, string text)
    {
        var rules = ContentRulesJson.Read(json, out var fault);
        Assert.Null(fault);
        using var folded = FoldedText.Of(text);
        return rules!.Judge(text, folded);
    }
}
