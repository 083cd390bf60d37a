using System.Globalization;
using System.Text;
using LiveComments.Text;

namespace LiveComments.Moderation.Rules;

/// <summary>How a text is written, whatever it says.</summary>
public static class Shape
{
    /// <summary>Whether the text is emoji and nothing else but spaces. Flags, skin tones and families count; <c>1</c> and <c>#</c> do not, <c>©</c> and <c>™</c> do as <c>©️</c>.</summary>
    public static bool IsEmojiOnly(string text)
    {
        var any = false;
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            var element = rest[..length];
            rest = rest[length..];
            if (element.IsWhiteSpace())
                continue;
            if (!IsEmoji(element))
                return false;
            any = true;
        }
        return any;
    }

    /// <summary>The share of capitals among letters that have capitals; 0 where there are fewer of them than <paramref name="letters"/>.</summary>
    /// <param name="letters">A short shout is no shouting.</param>
    public static double Capitals(string text, int letters)
    {
        var (upper, cased) = (0, 0);
        foreach (var character in text)
        {
            upper += char.IsUpper(character) ? 1 : 0;
            cased += char.IsUpper(character) || char.IsLower(character) ? 1 : 0;
        }
        return cased < letters || cased == 0 ? 0 : (double)upper / cased;
    }

    /// <summary>How often the most frequent word of a text is in it, and the longest run of one character.</summary>
    public static (int Words, int Characters) Repetition(string text)
    {
        using var folded = FoldedText.Of(text);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var most = 0;
        foreach (var range in folded.Characters.SplitAny(" ."))
            if (folded.Characters[range] is { Length: > 0 } word)
            {
                lookup.TryGetValue(word, out var count);
                lookup[word] = count + 1;
                most = Math.Max(most, count + 1);
            }
        var (longest, run) = (0, 0);
        Rune previous = default;
        foreach (var rune in text.EnumerateRunes())
        {
            run = rune == previous ? run + 1 : 1;
            longest = Math.Max(longest, run);
            previous = rune;
        }
        return (most, longest);
    }

    /// <summary>By its first character: an emoji of its own, one of a pair of flag letters, or a sign that the variation selector makes one.</summary>
    private static bool IsEmoji(ReadOnlySpan<char> element)
    {
        Rune.DecodeFromUtf16(element, out var rune, out var length);
        return rune.Value switch
        {
            >= 0x1F1E6 and <= 0x1F1FF => element.Length > length,
            >= 0x1F000 and <= 0x1FAFF => true,
            >= 0x2600 and <= 0x27BF or 0x231A or 0x231B or >= 0x23E9 and <= 0x23FA or >= 0x2B05 and <= 0x2B55 => true,
            _ => element.Contains('\uFE0F'),
        };
    }
}
