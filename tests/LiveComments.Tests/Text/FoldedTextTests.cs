using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Text;

namespace LiveComments.Tests.Text;

public sealed class FoldedTextTests
{
    /// <summary>Ways to write a letter, the letter itself first.</summary>
    private static readonly Dictionary<char, string[]> Spellings = new()
    {
        ['a'] = ["a", "A", "4", "@", "а", "á", "ａ", "𝒶", "🅰", "ᴀ"],
        ['b'] = ["b", "B", "8", "ｂ", "𝐛", "🅱"],
        ['c'] = ["c", "C", "с", "ç", "𝓬", "¢"],
        ['e'] = ["e", "E", "3", "е", "ë", "ｅ", "€", "e\u200D"],
        ['i'] = ["i", "I", "1", "і", "ï", "ı"],
        ['o'] = ["o", "O", "0", "о", "ο", "ö", "ｏ"],
        ['s'] = ["s", "S", "5", "$", "ѕ", "ꜱ", "\u200Bs"],
        ['t'] = ["t", "T", "7", "ᴛ", "𝘵", "t\u0301"],
    };

    private static readonly Gen<string> Texts = Gen.Elements(
        "a", "B", "ß", "İ", "ı", "é", "e\u0301", "\u200B", "\u200D", "\uFE0F", "1", "5", "0", "!", "|", "$", "@", ".", ",", "-", "'", " ", "  ", "\u2003", "А", "к", "з", "日", "가", "が", "か\u3099", "ม่", "ا", "🔥", "👨‍👩‍👧", "🅰",
        "🇺", "ﷺ", "ﬃ", "½", "⅓", "⒮", "€", "～", "！", "𝟓", "⓪", "ǃ", "rn", "M", "m", "\uD800").ListOf().Select(string.Concat);

    [Theory]
    [InlineData("sh1t SH!T $h1t ｓｈｉｔ 𝓼𝓱𝓲𝓽 s\u200Bhit shııııt ꜱʜɪᴛ ѕніт", "shit shit shit shit shit shit shiit shit shit")]
    [InlineData("s.h.i.t  s_h_i_t -- s h i t", "s.h.i.t s.h.i.t s h i t")]
    [InlineData("GOOOOOAL!!!", "gooal")]
    [InlineData("Grüße aus Köln", "gruße aus koln")]
    [InlineData("НЕТ нет", "het het")]
    [InlineData("🔥 🔥a🔥🔥b🔥", "a.b")]
    [InlineData("", "")]
    public void A_text_is_folded_to_what_it_says(string text, string expected) => Assert.Equal(expected, FoldedText.ToString(text));

    [Theory]
    [InlineData("455 hp at 2:19, 1000 of them", "455 hp at 2.19 1000 of them")]
    [InlineData("$455", "455")]
    [InlineData("yes! no! @", "yes no")]
    public void Figures_without_a_letter_stay_figures_and_a_sign_at_the_end_is_none(string text, string expected) => Assert.Equal(expected, FoldedText.ToString(text));

    [Fact]
    public void Folding_a_folded_text_changes_nothing() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Arb.From(Texts), text =>
        {
            var once = FoldedText.ToString(text);
            return FoldedText.ToString(once) == once;
        }));

    [Fact]
    public void Every_spelling_of_a_word_folds_to_the_word() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(
            Arb.From(Gen.Elements(Spellings.Keys.ToArray()).Zip(Gen.Choose(0, 9)).ListOf().Where(letters => letters.Count > 0)), letters =>
            {
                var word = string.Concat(letters.Select(letter => letter.Item1));
                var spelt = new StringBuilder();
                foreach (var (letter, way) in letters)
                    spelt.Append(Spellings[letter][way % Spellings[letter].Length]);
                // A figure stands for a letter only beside one.
                return FoldedText.ToString("x" + spelt) == FoldedText.ToString("x" + word);
            }));

    [Fact]
    public void Every_folded_character_says_where_it_comes_from()
    {
        using var folded = FoldedText.Of("  🔥ab\u200B-  ﬃ!");
        Assert.Equal("ab ffi", folded.Characters.ToString());
        Assert.Equal([4, 5, 7, 10, 10, 10], folded.Origins.ToArray().Select(origin => (int)origin));
    }

    [Fact]
    public void A_text_that_no_comment_could_be_is_refused() => Assert.Throws<ArgumentException>(() => FoldedText.Of(new string('a', 65_536)).Dispose());
}
