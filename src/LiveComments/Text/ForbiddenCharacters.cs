using System.Globalization;
using System.Text;

namespace LiveComments.Text;

/// <summary>Characters that no single-line text contains. A text with one of them is damaged or hostile, and is refused.</summary>
internal static class ForbiddenCharacters
{
    /// <summary>
    /// Controls, separators of lines and paragraphs, noncharacters, and U+FFFD: half of a surrogate pair is read as that, and a real one
    /// only ever stands for damage.
    /// </summary>
    public static bool Contain(Rune rune) =>
        rune == Rune.ReplacementChar
        || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
