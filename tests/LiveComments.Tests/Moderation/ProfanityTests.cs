using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.Moderation.Words;
using LiveComments.Text;
using Xunit.Abstractions;

namespace LiveComments.Tests.Moderation;

public sealed class ProfanityTests(ITestOutputHelper output)
{
    private const int Spellings = 2_000;

    private static readonly Dictionary<char, string> Leet = new()
    {
        ['a'] = "4@",
        ['b'] = "8",
        ['c'] = "¢",
        ['e'] = "3€",
        ['g'] = "69",
        ['i'] = "1!|",
        ['l'] = "1|£",
        ['o'] = "0",
        ['s'] = "5$",
        ['t'] = "7",
        ['y'] = "¥",
    };

    private static readonly string[] Invisible = ["\u200B", "\u200C", "\u200D", "\u2060", "\u00AD", "\uFEFF", "\u034F"];

    private static readonly string[] Separators = [".", "-", "_", "*", "~", "/", ",", "·", "🔥"];

    /// <summary>For each letter: its look-alikes of Unicode's table, and its styles.</summary>
    private static readonly Dictionary<char, string[]> LookAlikes = Enumerable.Range('a', 26).ToDictionary(letter => (char)letter, letter =>
        Skeleton.Prototypes.Where(pair => pair.Value.Equals(((char)letter).ToString(), StringComparison.OrdinalIgnoreCase) && pair.Key >= 0x80).Select(pair => char.ConvertFromUtf32(pair.Key))
            .Concat([char.ConvertFromUtf32(0x1D41A + letter - 'a'), char.ConvertFromUtf32(0x1D4EA + letter - 'a'), char.ConvertFromUtf32(0xFF41 + letter - 'a'), char.ConvertFromUtf32(0x24D0 + letter - 'a'), char.ConvertFromUtf32(0x1F170 + letter - 'a'), (char)letter + "\u0301"])
            .ToArray());

    private static readonly (string Kind, Func<string, Random, string> Spell)[] Kinds =
    [
        ("figures and signs for letters", (word, random) => Each(word, random, 60, letter => Leet.TryGetValue(letter, out var signs) ? signs[random.Next(signs.Length)].ToString() : letter.ToString())),
        ("look-alikes", (word, random) => Each(word, random, 60, letter => LookAlikes.TryGetValue(letter, out var others) ? others[random.Next(others.Length)] : letter.ToString())),
        ("invisible characters", (word, random) => Each(word, random, 60, letter => letter + Invisible[random.Next(Invisible.Length)])),
        ("letters repeated", (word, random) => Each(word, random, 50, letter => new string(letter, random.Next(2, 6)))),
        ("capitals", (word, random) => Each(word, random, 50, letter => char.ToUpperInvariant(letter).ToString())),
        ("signs between all letters", (word, random) => string.Join(Separators[random.Next(Separators.Length)], word.Where(letter => letter != ' '))),
        ("spaces between all letters", (word, _) => string.Join(' ', word.Where(letter => letter != ' '))),
        ("one sign in the middle", (word, random) => random.Next(1, word.Length) is var at && word.Contains(' ') ? word : word.Insert(at, Separators[random.Next(Separators.Length)])),
    ];

    [Fact]
    public void At_most_one_of_twenty_spellings_of_a_blocked_word_gets_past()
    {
        var random = new Random(19);
        var words = Profanity.Words("held").Where(word => word.Length >= 4 && word.All(letter => char.IsAsciiLetterLower(letter) || letter == ' ')).ToArray();
        var passed = new Dictionary<string, (int Passed, int All)>();
        for (var i = 0; i < Spellings; i++)
        {
            var word = words[random.Next(words.Length)];
            // One way, or two on each other; what comes between letters comes last.
            var first = random.Next(Kinds.Length);
            var second = random.Next(2) == 0 ? first : random.Next(Kinds.Length);
            var (inner, outer) = (Kinds[Math.Min(first, second)], Kinds[Math.Max(first, second)]);
            var spelt = inner.Spell(word, random);
            if (inner != outer && !(outer.Kind.Contains("all letters", StringComparison.Ordinal) && spelt.Any(letter => letter >= 0x80)))
                spelt = outer.Spell(spelt, random);
            var text = $"you are {spelt} ok";
            var isPassed = CommentText.Normalize(text, out var normal) is null && Decision.Of(TextScorer.Of(normal), ModerationLevel.Standard, Role.Viewer) == Verdict.Admit;
            var kind = inner == outer ? inner.Kind : "two of these";
            var (some, all) = passed.GetValueOrDefault(kind);
            passed[kind] = (some + (isPassed ? 1 : 0), all + 1);
            if (isPassed)
                output.WriteLine($"passed: {word} as {spelt} ({inner.Kind}, {outer.Kind})");
        }
        foreach (var (kind, (some, all)) in passed)
            output.WriteLine($"{kind}: {some} of {all}");
        output.WriteLine($"all: {passed.Values.Sum(count => count.Passed)} of {Spellings}");
        Assert.InRange(passed.Values.Sum(count => count.Passed), 0, Spellings / 20);
    }

    [Fact]
    public void Every_word_of_the_lists_is_found()
    {
        Assert.All(Profanity.Words("held"), word => Assert.NotNull(Find(Profanity.Held, word)));
        Assert.All(Profanity.Words("mild"), word => Assert.NotNull(Find(Profanity.Mild, word)));
    }

    [Fact]
    public void No_everyday_word_that_was_left_out_is_found()
    {
        var left = Profanity.Words("left-out").Concat(Profanity.Words("never")).ToArray();
        Assert.True(left.Length > 900);
        // Some are left out in one language and kept in another, or have a kept word in them, or are written like one without their accents.
        var found = left.Where(word => Find(Profanity.Held, word) is not null).ToArray();
        Assert.True(found.Length <= 20, string.Join(" | ", found));
    }

    [Theory]
    [InlineData("the moose was rapping about fodder")]
    [InlineData("bitte, das ist ein Fan, hol mir was")]
    [InlineData("bonjour, je suis con tent de te voir")]
    [InlineData("classic assassin passing the bass, Scunthorpe cockpit, shitake peacock")]
    [InlineData("got it, I am on the pot, del mar, mama mia")]
    [InlineData("cum te cheamă, tot slut på det")]
    public void Everyday_language_is_admitted(string text) => Assert.Equal(Verdict.Admit, Decision.Of(TextScorer.Of(text), ModerationLevel.Standard, Role.Viewer));

    [Theory]
    [InlineData("what the fuck", Verdict.Admit, Verdict.Admit, Verdict.Hold)]
    [InlineData("you faggot", Verdict.Admit, Verdict.Hold, Verdict.Refuse)]
    public void A_level_says_which_words_are_held(string text, Verdict relaxed, Verdict standard, Verdict strict)
    {
        var score = TextScorer.Of(text);
        Assert.StartsWith("has the word ", score.Reasons![0], StringComparison.Ordinal);
        Assert.Equal((relaxed, standard, strict), (Of(ModerationLevel.Relaxed), Of(ModerationLevel.Standard), Of(ModerationLevel.Strict)));

        Verdict Of(ModerationLevel level) => Decision.Of(score, level, Role.Viewer);
    }

    private static string Each(string word, Random random, int percent, Func<char, string> change)
    {
        var spelt = new StringBuilder();
        foreach (var letter in word)
            spelt.Append(letter != ' ' && random.Next(100) < percent ? change(letter) : letter.ToString());
        return spelt.ToString();
    }

    private static WordMatch? Find(WordList list, string text)
    {
        using var folded = FoldedText.Of(text);
        return list.Find(folded);
    }
}
