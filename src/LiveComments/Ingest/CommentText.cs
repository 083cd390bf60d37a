using System.Buffers;
using System.Globalization;
using System.Text;

namespace LiveComments.Ingest;

/// <summary>
/// The form of every text: NFC, one line, 1-500 graphemes and at most 4 KB of UTF-8, no control characters, at most 3
/// combining marks on a base (no "zalgo" over other people's lines), direction controls balanced (a text cannot turn the rest of the page).
/// </summary>
public static class CommentText
{
    public const int MaxGraphemes = 500;
    public const int MaxBytes = 4_096;
    private const int MaxMarks = 3;
    private const int MaxDirectionDepth = 8;

    private static readonly SearchValues<char> PrintableAscii = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The text as it will be stored and shown; otherwise what is wrong with it.</summary>
    public static Error? Normalize(string? raw, out string text)
    {
        text = "";
        if (string.IsNullOrEmpty(raw))
            return Error.TextEmpty;
        // NFC never makes a text shorter than a third of what it was (UAX #15), so nothing longer can fit; this bounds all work below.
        if (raw.Length > MaxBytes * 3)
            return Error.TextTooLong;
        if (raw.AsSpan().ContainsAnyExcept(PrintableAscii))
            return NormalizeUnicode(raw, ref text);
        var trimmed = raw.Trim(' ');
        if (trimmed.Length is 0 or > MaxGraphemes)
            return trimmed.Length == 0 ? Error.TextEmpty : Error.TextTooLong;
        text = trimmed;
        return null;
    }

    private static Error? NormalizeUnicode(string raw, ref string text)
    {
        if (raw.AsSpan().ContainsAny("\r\n\t"))
            raw = raw.Replace("\r\n", " ").Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ');
        string normal;
        try
        {
            normal = raw.Normalize(NormalizationForm.FormC).Trim();
        }
        catch (ArgumentException)
        {
            return Error.TextInvalid; // a lone surrogate
        }
        if (Encoding.UTF8.GetByteCount(normal) > MaxBytes)
            return Error.TextTooLong;
        if (FindFault(normal, out var visible) is { } fault)
            return fault;
        if (!visible)
            return Error.TextEmpty;
        var graphemes = 0;
        for (var rest = normal.AsSpan(); rest.Length > 0; rest = rest[StringInfo.GetNextTextElementLength(rest)..])
            if (++graphemes > MaxGraphemes)
                return Error.TextTooLong;
        text = normal;
        return null;
    }

    private static Error? FindFault(string text, out bool visible)
    {
        visible = false;
        var marks = 0;
        Span<char> open = stackalloc char[MaxDirectionDepth];
        var depth = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // An unpaired surrogate enumerates as U+FFFD; a real U+FFFD is refused with it, as it only ever stands for damage.
            if (rune == Rune.ReplacementChar)
                return Error.TextInvalid;
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned when rune.Value < 0x20 || rune.Value is >= 0x7F and < 0xA0 || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF:
                    return Error.TextInvalid;
                case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    return Error.TextInvalid;
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark when !IsVariationSelector(rune.Value):
                    if (++marks > MaxMarks)
                        return Error.TextInvalid;
                    continue;
                case UnicodeCategory.Format:
                    if (!IsBalanced(rune.Value, open, ref depth))
                        return Error.TextInvalid;
                    continue;
                case UnicodeCategory.SpaceSeparator:
                    marks = 0;
                    continue;
            }
            if (!IsVariationSelector(rune.Value))
            {
                marks = 0;
                visible = true;
            }
        }
        return depth == 0 ? null : Error.TextInvalid;
    }

    private static bool IsVariationSelector(int rune) => rune is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF;

    /// <summary>Follows UAX #9: embeddings and overrides end with PDF, isolates with PDI.</summary>
    private static bool IsBalanced(int rune, Span<char> open, ref int depth)
    {
        switch (rune)
        {
            case 0x202A or 0x202B or 0x202D or 0x202E or 0x2066 or 0x2067 or 0x2068:
                if (depth == MaxDirectionDepth)
                    return false;
                open[depth++] = rune < 0x2060 ? '\u202C' : '\u2069';
                return true;
            case 0x202C or 0x2069:
                return depth > 0 && open[--depth] == rune;
            default:
                return true;
        }
    }
}
