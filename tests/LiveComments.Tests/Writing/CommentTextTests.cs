using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Ingest;

namespace LiveComments.Tests.Writing;

public sealed class CommentTextTests
{
    private const string Family = "👨‍👩‍👧‍👦"; // 11 code units, 25 bytes, one character to whoever sees it
    private const string Flag = "🏴󠁧󠁢󠁥󠁮󠁧󠁿";

    [Theory]
    [InlineData("plain text, with <b> & \"quotes\"")]
    [InlineData("Grüße aus Köln")]
    [InlineData("日本語のコメント")]
    [InlineData("مرحبا بالعالم")]
    [InlineData("שלום עולם")]
    [InlineData("हिन्दी में टिप्पणी")]
    [InlineData("ภาษาไทย ที่นี่")]
    [InlineData("👋🏽 " + Family + " 🏳️‍🌈 " + Flag + " 1️⃣ ❤️")]
    [InlineData("a\u200Db\u200Cc")] // joiners
    [InlineData("left\u200Emark and right\u200Fmark")]
    [InlineData("e\u0301\u0302\u0303 is allowed to have three", "é\u0302\u0303 is allowed to have three")]
    [InlineData("e\u0301", "é")]
    [InlineData("\u212B", "Å")]
    [InlineData("\uFB01", "\uFB01")] // a ligature is the same to NFC
    [InlineData("  around  ", "around")]
    [InlineData("\u00A0\u2003around ü\u3000", "around ü")]
    [InlineData("one\ntwo", "one two")]
    [InlineData("one\r\ntwo\rthree\tfour", "one two three four")]
    [InlineData("one\n\ntwo ü", "one  two ü")]
    [InlineData("\u2067שלום\u2069 in the middle")]
    [InlineData("\u202B\u2068a\u2069\u202C")]
    public void A_text_is_taken_in_its_normal_form(string raw, string? normal = null)
    {
        Assert.Null(CommentText.Normalize(raw, out var text));
        Assert.Equal(normal ?? raw, text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\n\t\r\n")]
    [InlineData("\u00A0\u3000\u2003")]
    [InlineData("\u200B\u200D\uFEFF")] // nothing to see
    [InlineData("\u200E")]
    [InlineData("\uFE0F")]
    [InlineData("\u0301")]
    public void A_text_without_anything_to_see_is_empty(string? raw) => Refused(Error.TextEmpty, raw);

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\u0007")]
    [InlineData("\u001B[31mred")]
    [InlineData("a\u007Fb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u009Fb")]
    [InlineData("a\fb")]
    [InlineData("a\fb\n")] // a line break elsewhere makes it no better
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b\r")]
    [InlineData("a\uFFFE")]
    [InlineData("a\uFDD0")]
    [InlineData("a\uFFFDb")]
    [InlineData("e\u0301\u0302\u0303\u0304\u0305")]
    [InlineData("x\u0335\u0336\u0337\u0338")]
    [InlineData("x\u0335\u200D\u0336\u200D\u0337\u200D\u0338")] // joiners between do not start another base
    [InlineData("x\u0335\uFE0F\u0336\uFE0F\u0337\uFE0F\u0338")]
    [InlineData("x\u20DD\u20DE\u20DF\u20E0")]
    [InlineData("\u202Eturned")]
    [InlineData("\u2066open")]
    [InlineData("closed\u202C")]
    [InlineData("\u2066crossed\u202B\u2069\u202C")]
    [InlineData("\u202A\u202A\u202A\u202A\u202A\u202A\u202A\u202A\u202Atoo deep\u202C\u202C\u202C\u202C\u202C\u202C\u202C\u202C\u202C")]
    public void A_text_that_would_damage_the_page_is_refused(string raw) => Refused(Error.TextInvalid, raw);

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        foreach (var half in new[] { "\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "a\ud83db", "a\ude00\nb" })
            Refused(Error.TextInvalid, half);
    }

    [Fact]
    public void Five_hundred_characters_are_the_limit_whatever_a_character_is_made_of()
    {
        foreach (var character in new[] { "x", "é", "日", "🙂", "x\u0335\u0336" })
        {
            var most = string.Concat(Enumerable.Repeat(character, 500));
            Assert.Null(CommentText.Normalize(most, out var text));
            Assert.Equal(most, text);
            Assert.Null(CommentText.Normalize("  " + most + "\n", out _));
            Refused(Error.TextTooLong, most + character);
        }
        // Flags: pairs of letters; characters of their own only in pairs.
        Assert.Null(CommentText.Normalize(string.Concat(Enumerable.Repeat("🇩🇪", 500)), out _));
    }

    [Fact]
    public void Four_kilobytes_are_the_limit_where_characters_are_long()
    {
        // 163 families are 4,075 bytes in 163 characters.
        Assert.Null(CommentText.Normalize(string.Concat(Enumerable.Repeat(Family, 163)), out _));
        Refused(Error.TextTooLong, string.Concat(Enumerable.Repeat(Family, 164)));
        // 500 characters of 8 code units each.
        Refused(Error.TextTooLong, string.Concat(Enumerable.Repeat("👩🏽‍🚀\u200D", 500)));
        Assert.Null(CommentText.Normalize(string.Concat(Enumerable.Repeat("日", 499)) + string.Concat(Enumerable.Repeat("\u200D", 866)) + "a", out var text));
        Assert.Equal(CommentText.MaxBytes, Encoding.UTF8.GetByteCount(text));
        Refused(Error.TextTooLong, text[..^1] + "ab");
    }

    [Fact]
    public void A_text_of_any_size_is_answered()
    {
        Refused(Error.TextTooLong, new string('x', 10_000_000));
        Refused(Error.TextTooLong, new string('\u0301', 10_000_000));
        foreach (var marks in new[] { "\u0301", "\u0301\u0323", "\u0345\u0300\u0313" })
            Assert.NotNull(CommentText.Normalize("a" + string.Concat(Enumerable.Repeat(marks, CommentText.MaxBytes * 3 / marks.Length - 1)), out _));
    }

    [Fact]
    public void What_was_taken_is_taken_again_unchanged_and_keeps_every_limit() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(Arb.From(Texts), raw =>
        {
            if (CommentText.Normalize(raw, out var text) is not null)
                return text.Length == 0;
            return CommentText.Normalize(text, out var again) is null && again == text
                && text.IsNormalized(NormalizationForm.FormC) && text.Trim() == text
                && new StringInfo(text).LengthInTextElements is >= 1 and <= CommentText.MaxGraphemes
                && Encoding.UTF8.GetByteCount(text) <= CommentText.MaxBytes
                && !text.Any(char.IsControl);
        }));

    private static Gen<string> Texts => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements("a", " ", "\n", "ü", "\u0308", "\u0301", "u", "\u212A", "\u1100", "\u1161", "\u11A8", "\u202E", "\u202C", "\u2066", "\u2069", "\u200D", "\uFE0F", "🙂", "🏽", "\ud83d", "\u00A0", "日", "\u0F71\u0F72", "\u0344", Family, "\u2028", "\u037E")
            .ListOf().Select(string.Concat),
        Gen.Choose(1, 0x10FFFF).Where(Rune.IsValid).Select(value => new Rune(value).ToString()).ListOf().Select(string.Concat));

    private static void Refused(Error error, string? raw)
    {
        Assert.Equal(error, CommentText.Normalize(raw, out var text));
        Assert.Equal("", text);
    }
}
