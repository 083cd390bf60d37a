using System.Globalization;
using System.Text;

namespace LiveComments.Text;

/// <summary>Invisible characters. A text of them alone is empty, and two names must not differ only by them.</summary>
internal static class InvisibleCharacters
{
    /// <summary>
    /// The ranges of <c>Default_Ignorable_Code_Point</c> in DerivedCoreProperties.txt of Unicode 17.0 (4,174 code points, the same since 11.0),
    /// and the interlinear annotations U+FFF9 to U+FFFB, which no browser shows either.
    /// </summary>
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>True for what is invisible and has no width: joiners, selectors, fillers, tags and the like.</summary>
    public static bool IsIgnorable(int rune)
    {
        if (rune < 0x00AD)
            return false;
        foreach (var (first, last) in Ignorable)
            if (rune <= last)
                return rune >= first;
        return false;
    }

    /// <summary>True for what looks like a space: spaces themselves, the empty Braille cell and the empty note head.</summary>
    public static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is 0x2800 or 0x1D159;

    /// <summary>True when somebody would see something: neither invisible, nor blank, nor a mark that has nothing to stand on.</summary>
    public static bool IsVisible(Rune rune) =>
        !IsIgnorable(rune.Value) && !IsBlank(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>True when a text has something to see.</summary>
    public static bool HasVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (IsVisible(rune))
                return true;
        return false;
    }
}
