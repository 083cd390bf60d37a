using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Comments;
using LiveComments.Text;

namespace LiveComments.Tests.Comments;

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
    [InlineData("\u2800")] // the Braille cell without dots
    [InlineData("\u3164")]
    [InlineData("\u115F")]
    [InlineData("\u1160")]
    [InlineData("\u115F\u1160")]
    [InlineData("\uFFA0")]
    [InlineData("\u00AD\u034F\u061C\u17B4\u180E\u2064\uFFF9\uFFFB")]
    [InlineData("\U000E0041\U000E0042")] // tags
    [InlineData("\U0001D159\U0001D173")]
    [InlineData(" \u2800\u3164\n\u200B ")]
    [InlineData("\u2067\u3164\u2069")]
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
    [InlineData("\u202Eturned")]
    [InlineData("\u2066open")]
    [InlineData("closed\u202C")]
    [InlineData("\u2066crossed\u202B\u2069\u202C")]
    [InlineData("\u202A\u202A\u202A\u202A\u202A\u202A\u202A\u202A\u202Atoo deep\u202C\u202C\u202C\u202C\u202C\u202C\u202C\u202C\u202C")]
    public void A_text_that_would_damage_the_page_is_refused(string raw) => Refused(Error.TextInvalid, raw);

    [Theory]
    [InlineData("a\u200Db\u200Cc", "abc")]
    [InlineData("soft\u00ADware \uFEFFand zero\u200Bwidth", "software and zerowidth")]
    [InlineData("a\u3164b\uFFA0c", "abc")]
    [InlineData("A\uFE0F\uFE0E", "A")]
    [InlineData("❤\uFE0F\uFE0F\uFE0E", "❤\uFE0F")]
    [InlineData("hidden\U000E0068\U000E0069 words", "hidden words")]
    [InlineData("🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067", "🏴")] // a flag that does not end
    [InlineData("🏴\U000E0068\U000E0065\U000E006C\U000E006C\U000E006F\U000E0020\U000E0079\U000E007F", "🏴")] // no region is named so
    [InlineData("👩\u200D", "👩")]
    [InlineData("👩\u200D\u200D🚀", "👩\u200D🚀")]
    [InlineData("می\u200C", "می")]
    [InlineData("e\u034F\u0301", "é")]
    public void What_nobody_sees_and_nothing_needs_is_taken_out(string raw, string normal) => A_text_is_taken_in_its_normal_form(raw, normal);

    [Theory]
    [InlineData("می\u200Cخواهم کتاب\u200Cها")] // Persian
    [InlineData("क\u094D\u200Dष क\u094D\u200Cष")] // Devanagari
    [InlineData("क\u094D\u200D")] // a half letter, alone
    [InlineData("\u09B0\u200D\u09CD\u09AF\u09BE\u09AC")] // Bengali
    [InlineData("ශ\u0DCA\u200Dරී")] // Sinhala
    [InlineData("ភាសា\u200Bខ្មែរ")] // Khmer says where a line may break
    [InlineData("ᠮᠣᠩᠭᠣᠯ\u180Eᠠ ᠠ\u180B")] // Mongolian
    [InlineData("葛\U000E0100城")] // a Japanese name
    [InlineData("👩🏽\u200D🚀 👁\uFE0F\u200D🗨\uFE0F 🏳\uFE0F\u200D⚧\uFE0F 🧑🏿\u200D🤝\u200D🧑🏻 ©\uFE0F #\uFE0F\u20E3 ☺\uFE0E")]
    [InlineData(Flag)]
    [InlineData("יְרוּשָׁלַ\u034Fִם")] // Hebrew scripture keeps its points in order
    [InlineData("⠓⠑⠇⠇⠕\u2800⠺")]
    public void What_a_script_or_an_emoji_needs_stays(string raw) => A_text_is_taken_in_its_normal_form(raw, raw.Normalize());

    [Theory]
    [InlineData("\u05E9\u05B4\u05BC\u05BD\u05C1")]
    [InlineData("בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃")]
    [InlineData("بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ۝ لَآ إِلَٰهَ إِلَّا هُوَ ٱلْحَىُّ ٱلْقَيُّومُ ۚ")]
    [InlineData("ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ། རྐྱེན་ བསྒྲུབས་ ཧྐྵྨླྺྼྻྂ")]
    [InlineData("ก็ที่นี่ ปั๊ม น้ำ")]
    [InlineData("Tie\u0302\u0301ng Vie\u0323\u0302t")]
    [InlineData("अ॒ग्निमी॑ळे पु॒रोहि॑तं क़्षि॒ँ")]
    [InlineData("မြန်မာ ကျွန်ုပ်တို့")]
    [InlineData("ᾧ ἄ͂ τοῦ ᾁ")]
    public void Scripture_and_other_stacked_scripts_keep_their_marks(string raw) => A_text_is_taken_in_its_normal_form(raw, raw.Normalize());

    [Theory]
    [InlineData("e\u0301\u0302\u0303\u0304\u0305", "é\u0302\u0303\u0304")]
    [InlineData("x\u0335\u0336\u0337\u0338", "x\u0335\u0336\u0337")]
    [InlineData("x\u0335\u200D\u0336\u200D\u0337\u200D\u0338", "x\u0335\u0336\u0337")] // joiners between do not start another letter
    [InlineData("x\u0335\uFE0F\u0336\uFE0F\u0337\uFE0F\u0338", "x\u0335\u0336\u0337")]
    [InlineData("x\u20DD\u20DE\u20DF\u20E0", "x\u20DD\u20DE\u20DF")]
    [InlineData("x\u05B4\u05BC\u05BD\u05C1", "x\u05B4\u05BC\u05BD")] // marks of a script that the letter is not of
    [InlineData("ש\u0302\u0303\u0304\u0306", "ש\u0302\u0303\u0304")]
    [InlineData("ก\u0E47\u0E47\u0E47\u0E47\u0E47\u0E47\u0E47\u0E47", "ก\u0E47\u0E47\u0E47")]
    [InlineData("ب\u064E\u064E\u064E\u064E", "ب\u064E")]
    public void Marks_that_are_too_many_for_a_letter_go_and_the_comment_stays(string raw, string normal) => A_text_is_taken_in_its_normal_form(raw, normal);

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
        Assert.Null(CommentText.Normalize(string.Concat(Enumerable.Repeat("日", 499)) + string.Concat(Enumerable.Repeat("\u0903", 866)) + "a", out var text));
        Assert.Equal(CommentText.MaxBytes, Encoding.UTF8.GetByteCount(text));
        Refused(Error.TextTooLong, text[..^1] + "ab");
    }

    [Fact]
    public void A_text_of_any_size_is_answered()
    {
        Refused(Error.TextTooLong, new string('x', 10_000_000));
        Refused(Error.TextTooLong, new string('\u0301', 10_000_000));
        foreach (var marks in new[] { "\u0301", "\u0301\u0323", "\u0345\u0300\u0313" })
        {
            Assert.Null(CommentText.Normalize("a" + string.Concat(Enumerable.Repeat(marks, CommentText.MaxBytes * 3 / marks.Length - 1)), out var text));
            Assert.InRange(text.Length, 1, 4);
        }
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
                && !text.Any(char.IsControl)
                && text.EnumerateRunes().Any(InvisibleCharacters.IsVisible);
        }));

    [Fact]
    public void No_letter_carries_more_marks_than_its_script_has() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(Arb.From(Towers), raw =>
        {
            if (CommentText.Normalize(raw, out var text) is not null)
                return false;
            for (var rest = text.AsSpan(); rest.Length > 0; rest = rest[StringInfo.GetNextTextElementLength(rest)..])
            {
                var marks = rest[..StringInfo.GetNextTextElementLength(rest)].ToString().EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark && !InvisibleCharacters.IsIgnorable(rune.Value)).ToList();
                // Three that belong to any letter may repeat each other; of a script's own marks each is there once.
                if (marks.Count > 8 || marks.Count(rune => rune.Value is < 0x0500 or >= 0x2000) > 3 || marks.Distinct().Count() < marks.Count - 2)
                    return false;
            }
            return true;
        }));

    /// <summary>Letters of several scripts under many marks, as somebody would write them who wants to reach other lines.</summary>
    private static Gen<string> Towers =>
        from letter in Gen.Elements("a", "я", "ש", "ب", "ཀ", "ก", "क", "日", "🙂", "က")
        from marks in Gen.Elements("\u0301", "\u0302", "\u0335", "\u0489", "\u20DD", "\u05B4", "\u05BC", "\u05BD", "\u05C1", "\u064E", "\u0651", "\u06DB", "\u0F71", "\u0F74", "\u0FB5", "\u0E47", "\u0E48", "\u093C", "\u0941", "\u200D", "\uFE0F", "\u034F", "\u102F").ListOf(40)
        select letter + string.Concat(marks) + "z";

    private static Gen<string> Texts => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements("a", " ", "\n", "ü", "\u0308", "\u0301", "u", "\u212A", "\u1100", "\u1161", "\u11A8", "\u202E", "\u202C", "\u2066", "\u2069", "\u200D", "\uFE0F", "🙂", "🏽", "\ud83d", "\u00A0", "日", "\u0F71\u0F72", "\u0344", Family, "\u2028", "\u037E", "\u3164", "\u2800", "\u0DD9", "\u0DCA", "\u200C", "\u034F", "\u05B4", "ש", "ب", "\u094D", "क", "🏴", "\U000E0067", "\U000E007F", "\u09C7", "\u09BE")
            .ListOf().Select(string.Concat),
        Gen.Choose(1, 0x10FFFF).Where(Rune.IsValid).Select(value => new Rune(value).ToString()).ListOf().Select(string.Concat));

    private static void Refused(Error error, string? raw)
    {
        Assert.Equal(error, CommentText.Normalize(raw, out var text));
        Assert.Equal("", text);
    }
}
