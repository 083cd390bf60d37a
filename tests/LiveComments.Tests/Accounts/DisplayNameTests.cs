using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Accounts;
using LiveComments.Text;

namespace LiveComments.Tests.Accounts;

public sealed class DisplayNameTests
{
    private const string Wales = "🏴󠁧󠁢󠁷󠁬󠁳󠁿";

    [Theory]
    [InlineData("Ann Ünal 🎬")]
    [InlineData("  Ann  ", "Ann")]
    [InlineData("Ann\u00A0\u2003 Smith", "Ann Smith")]
    [InlineData("Ann\u2800\u2800Smith\u2800", "Ann Smith")]
    [InlineData("An\u3164n\uFFA0a", "Anna")]
    [InlineData("A\u200Bn\u00ADn\u2060a\uFEFF", "Anna")]
    [InlineData("\u200EAnna\u200F\u061C", "Anna")]
    [InlineData("An\u200Dna", "Anna")]
    [InlineData("Anna\uFE0F", "Anna")]
    [InlineData("Anna\U000E0041", "Anna")]
    [InlineData("Anna\u0301", "Anná")]
    [InlineData("A\u0301\u0302\u0303\u0304\u0305nna", "Á\u0302\u0303\u0304nna")]
    [InlineData("علی\u200Cرضا")]
    [InlineData("क\u094D\u200Dष")]
    [InlineData("渡辺\U000E0100")]
    [InlineData("👩\u200D🚀 ❤\uFE0F")]
    [InlineData(Wales)]
    [InlineData("(ツ)")]
    public void A_name_is_kept_without_what_nobody_sees(string raw, string? normal = null)
    {
        Assert.True(DisplayName.TryNormalize(raw, out var name));
        Assert.Equal(normal ?? raw, name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \u00A0\u3000")]
    [InlineData("\u2800")]
    [InlineData("\u3164")]
    [InlineData("\u115F")]
    [InlineData("\u1160")]
    [InlineData("\uFFA0")]
    [InlineData("\u200D\u200B\uFE0F")]
    [InlineData("\U000E0041")]
    [InlineData("\u0301")]
    [InlineData("line\nbreak")]
    [InlineData("line\u2028break")]
    [InlineData("a\u0000")]
    [InlineData("a\uFFFD")]
    [InlineData("\u202Eevil")]
    [InlineData("\u2067evil\u2069")]
    public void What_shows_nothing_or_reorders_text_is_no_name(string? raw) => Assert.False(DisplayName.TryNormalize(raw, out _));

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_name() => Assert.False(DisplayName.TryNormalize("a\ud83d", out _));

    [Fact]
    public void A_hundred_characters_are_the_most_and_what_is_taken_out_does_not_count()
    {
        Assert.True(DisplayName.TryNormalize(new string('x', 100), out _));
        Assert.False(DisplayName.TryNormalize(new string('x', 101), out _));
        Assert.True(DisplayName.TryNormalize(string.Concat(Enumerable.Repeat("x\u200B", 100)), out var name));
        Assert.Equal(new string('x', 100), name);
        Assert.False(DisplayName.TryNormalize(new string('\u200B', 10_000_000) + "x", out _));
    }

    [Fact]
    public void What_was_taken_is_taken_again_unchanged() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(Arb.From(Names), raw =>
            !DisplayName.TryNormalize(raw, out var name)
            || (DisplayName.TryNormalize(name, out var again) && again == name && name.Length is >= 1 and <= DisplayName.MaxLength
                && name.IsNormalized(NormalizationForm.FormC) && name.Trim() == name && name.EnumerateRunes().Any(InvisibleCharacters.IsVisible))));

    private static Gen<string> Names => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements("a", " ", "\u00A0", "\u2800", "\u3164", "ü", "\u0308", "u", "\u200D", "\u200C", "\uFE0F", "👩", "🚀", "\u0DD9", "\u0DCA", "क", "\u094D", "می", "\u1100", "\u1161", "\U000E0067", "葛").ListOf().Select(string.Concat),
        Gen.Choose(1, 0x10FFFF).Where(Rune.IsValid).Select(value => new Rune(value).ToString()).ListOf().Select(string.Concat));
}
