using LiveComments.Moderation.Words;
using LiveComments.Text;

namespace LiveComments.Tests.Moderation;

public sealed class WordListTests
{
    private static readonly WordList List = new(
        [
            new("blast", WordAction.Hold), new("ass", WordAction.Hold), new("raping", WordAction.Hold), new("slut", WordAction.Hold), new("two girls", WordAction.Block), new("scheiße", WordAction.Mask), new("傻逼", WordAction.Hold),
            new("ควย", WordAction.Hold), new("씨발", WordAction.Hold), new("хуй", WordAction.Hold), new("g-spot", WordAction.Hold),
        ],
        never: ["rapping"]);

    [Theory]
    [InlineData("blast", "blast")]
    [InlineData("what a BLAST!", "blast")]
    [InlineData("bl4st", "blast")]
    [InlineData("b1ast", "blast")]
    [InlineData("bIast", "blast")]
    [InlineData("blaaaaasssst", "blast")]
    [InlineData("b.l.a.s.t", "blast")]
    [InlineData("b-l-4-s-t", "blast")]
    [InlineData("bl-ast", "blast")]
    [InlineData("such b l a s t there", "blast")]
    [InlineData("bl\u200Bast", "blast")]
    [InlineData("ЬIаѕт blаѕt", "blast")]
    [InlineData("5lut", "slut")]
    [InlineData("assss", "ass")]
    [InlineData("two  girls!", "two girls")]
    [InlineData("tw0 g1rls", "two girls")]
    [InlineData("SCHEISSE scheiße", "scheiße")]
    [InlineData("你是傻 逼吗", "傻逼")]
    [InlineData("ไอ้ควยนี่", "ควย")]
    [InlineData("씨발놈아", "씨발")]
    [InlineData("иди на ХУЙ", "хуй")]
    [InlineData("g spot", "g-spot")]
    public void A_listed_word_is_found_however_it_is_spelt(string text, string expected) => Assert.Equal(expected, Find(text)?.Word.Text);

    [Theory]
    [InlineData("blasting")]
    [InlineData("class")]
    [InlineData("as")]
    [InlineData("as so")]
    [InlineData("rapping")]
    [InlineData("two boys and girls")]
    [InlineData("girls two")]
    [InlineData("455")]
    [InlineData("b l a s")]
    [InlineData("傻 瓜")]
    [InlineData("")]
    public void Other_words_are_not(string text) => Assert.Null(Find(text));

    [Fact]
    public void The_strongest_action_counts() => Assert.Equal(WordAction.Block, Find("blast two girls ass")?.Word.Action);

    [Theory]
    [InlineData("so a sch€ißé, ok", "so a *******, ok")]
    [InlineData("s.c.h.e.i.ß.e!", "*************!")]
    [InlineData("𝓼𝓬𝓱𝓮𝓲ß𝓮 x", "************* x")]
    [InlineData("blast stays", "blast stays")]
    public void Words_to_be_masked_become_asterisks(string text, string expected) => Assert.Equal(expected, List.Mask(text));

    [Fact]
    public void All_listed_words_are_found_with_their_places()
    {
        const string text = "an ass and a bl.ast";
        using var folded = FoldedText.Of(text);
        Assert.Equal(["ass", "bl.ast"], List.FindAll(folded).Select(match => text[match.Start..match.End]));
    }

    [Fact]
    public void An_empty_list_finds_nothing()
    {
        using var folded = FoldedText.Of("anything");
        Assert.Null(new WordList([]).Find(folded));
    }

    private static WordMatch? Find(string text)
    {
        using var folded = FoldedText.Of(text);
        return List.Find(folded);
    }
}
