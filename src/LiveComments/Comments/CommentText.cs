using System.Buffers;
using System.Globalization;
using System.Text;
using LiveComments.Text;

namespace LiveComments.Comments;

/// <summary>
/// The form of every text: NFC, one line, 1-500 graphemes and at most 4 KB of UTF-8, with something to see. What nobody sees and nothing needs is taken out, and so are
/// marks that are too many for one letter (no "zalgo" over other people's lines). Control characters and direction controls that are not balanced
/// are refused (a text cannot turn the rest of the page).
/// </summary>
public static class CommentText
{
    public const int MaxGraphemes = 500;
    public const int MaxBytes = 4_096;
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
        if (CleanText.Of(raw, isName: false)?.Trim() is not { } normal)
            return Error.TextInvalid;
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
        Span<char> open = stackalloc char[MaxDirectionDepth];
        var depth = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (ForbiddenCharacters.Contain(rune) || !IsBalanced(rune.Value, open, ref depth))
                return Error.TextInvalid;
            visible = visible || InvisibleCharacters.IsVisible(rune);
        }
        return depth == 0 ? null : Error.TextInvalid;
    }

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
