using System.Buffers;
using System.Globalization;
using System.Text;

namespace LiveComments.Text;

/// <summary>
/// Removes invisible characters that a text does not need, and excessive marks on a letter. They are removed rather than refused, because people paste them unnoticed, and the text says the
/// same without them.
/// </summary>
internal static class CleanText
{
    private const int ZeroWidthSpace = 0x200B, NonJoiner = 0x200C, Joiner = 0x200D, GraphemeJoiner = 0x034F, BlackFlag = 0x1F3F4, CancelTag = 0xE007F;

    /// <summary>
    /// A removal may let marks compose, and then a joiner may be unneeded. Two rounds settle every text that is known to need a second; the bound limits the cost of a crafted text.
    /// </summary>
    private const int MaxRounds = 4;

    /// <summary>The cleaned text in NFC; null when it is not valid Unicode (half a surrogate pair).</summary>
    /// <param name="isName">In a name, marks of direction and line-break hints are removed too: they would make names differ that look the same.</param>
    public static string? Of(string text, bool isName)
    {
        try
        {
            for (var round = 0; round < MaxRounds; round++)
            {
                text = text.Normalize(NormalizationForm.FormC);
                var clean = Strip(text, isName);
                if (ReferenceEquals(clean, text))
                    return text;
                text = clean;
            }
            return null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Strip(string text, bool isName)
    {
        // Most texts have nothing below this line of any script that could go; U+00AD is the one exception.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0 && !text.Contains('\u00AD', StringComparison.Ordinal))
            return text;
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        var kept = new Kept(rented);
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != OperationStatus.Done)
            {
                // Left as it is; later checks refuse it.
                kept.Add(text.AsSpan(i, length), rune.Value, startsLetter: true);
            }
            else if (rune.Value == BlackFlag && FlagTags(text.AsSpan(i + length)) is > 0 and var tags)
            {
                length += tags;
                kept.Add(text.AsSpan(i, length), rune.Value, startsLetter: true);
                kept.Previous = CancelTag;
            }
            else if (InvisibleCharacters.IsIgnorable(rune.Value))
            {
                if (Needs(kept, rune.Value, Peek(text, i + length), isName))
                    kept.Add(text.AsSpan(i, length), rune.Value, startsLetter: false);
            }
            else if (rune.Value >= 0x0300 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            {
                if (kept.MayCarry(rune.Value))
                    kept.Add(text.AsSpan(i, length), rune.Value, startsLetter: false);
            }
            else
            {
                var isSkinTone = rune.Value is >= 0x1F3FB and <= 0x1F3FF && IsPictograph(kept.Letter);
                kept.Add(text.AsSpan(i, length), rune.Value, startsLetter: !isSkinTone);
            }
            i += length;
        }
        var clean = kept.Length == text.Length ? text : new string(rented, 0, kept.Length);
        ArrayPool<char>.Shared.Return(rented);
        return clean;
    }

    /// <summary>Whether an invisible character changes how its neighbours are shown.</summary>
    private static bool Needs(in Kept kept, int rune, int next, bool isName)
    {
        var (letter, previous) = (kept.Letter, kept.Previous);
        var script = Script.Of(previous);
        switch (rune)
        {
            case Joiner when IsPictograph(letter):
                // A family, a profession, a flag: UAX #29, GB11.
                return !IsJoiner(previous) && IsPictograph(next);
            case Joiner or NonJoiner:
                return script.Joins && !IsJoiner(previous) && (Script.IsVirama(previous) || (Script.Of(next) == script && IsLetterOrMark(next)));
            case ZeroWidthSpace:
                return !isName && script.Unspaced && Script.Of(next) == script;
            case GraphemeJoiner:
                // Keeps the points of Hebrew scripture in an order that NFC would change.
                return IsHebrewPoint(previous) && IsHebrewPoint(next);
            case 0xFE0E or 0xFE0F:
                return previous == letter && (IsPictograph(letter) || letter is >= '0' and <= '9' or '#' or '*');
            case >= 0xFE00 and <= 0xFE0D or >= 0xE0100 and <= 0xE01EF:
                // The shape a name is written with in Japan.
                return previous == letter && IsIdeograph(letter);
            case >= 0x180B and <= 0x180F:
                return previous is >= 0x1820 and <= 0x18AA;
            case 0x061C or 0x200E or 0x200F or >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069:
                // In a comment they order text of mixed direction. In a name, later checks refuse those that reorder.
                return !isName || rune is not (0x061C or 0x200E or 0x200F);
            default:
                return false;
        }
    }

    /// <summary>The length of the tags that follow a black flag and make it the flag of a region (UTS #51, ED-14a: 3 to 6 letters and digits, then the end); 0 when they do not.</summary>
    private static int FlagTags(ReadOnlySpan<char> text)
    {
        var read = 0;
        for (var tags = 0; Rune.DecodeFromUtf16(text[read..], out var rune, out var length) == OperationStatus.Done; tags++)
        {
            read += length;
            if (rune.Value == CancelTag)
                return tags is >= 3 and <= 6 ? read : 0;
            if (tags == 6 || rune.Value is not (>= 0xE0030 and <= 0xE0039 or >= 0xE0061 and <= 0xE007A))
                return 0;
        }
        return 0;
    }

    /// <summary>By the runtime's own table: two pictures with a joiner between are one character, and U+00A9 is a picture (UAX #29, GB11).</summary>
    private static bool IsPictograph(int rune)
    {
        if (rune < 0xA9)
            return false;
        Span<char> probe = stackalloc char[4];
        var length = new Rune(rune).EncodeToUtf16(probe);
        probe[length++] = (char)Joiner;
        probe[length++] = '\u00A9';
        return StringInfo.GetNextTextElementLength(probe[..length]) == length;
    }

    private static bool IsLetterOrMark(int rune) => !InvisibleCharacters.IsIgnorable(rune) && Rune.GetUnicodeCategory(new Rune(rune)) <= UnicodeCategory.EnclosingMark;

    private static bool IsJoiner(int rune) => rune is Joiner or NonJoiner;

    private static bool IsHebrewPoint(int rune) => rune is >= 0x0591 and <= 0x05C7;

    private static bool IsIdeograph(int rune) => rune is >= 0x3400 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;

    private static int Peek(string text, int at) => Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _) == OperationStatus.Done ? rune.Value : 0;

    /// <summary>The kept text, and the marks on its last letter.</summary>
    private ref struct Kept(Span<char> buffer)
    {
        private readonly Span<char> _buffer = buffer;
        private Script _script = Script.Of(0);
        private int _letterAt;
        private int _marks;
        private int _foreign;

        public int Length { get; private set; }

        /// <summary>The last character that is neither a mark nor invisible; 0 before there is one.</summary>
        public int Letter { get; private set; }

        /// <summary>The last character of any kind.</summary>
        public int Previous { get; set; }

        public void Add(ReadOnlySpan<char> characters, int rune, bool startsLetter)
        {
            if (startsLetter)
                (Letter, _script, _letterAt, _marks, _foreign) = (rune, Script.Of(rune), Length, 0, 0);
            characters.CopyTo(_buffer[Length..]);
            Length += characters.Length;
            Previous = rune;
        }

        /// <summary>
        /// Whether the letter can take one more mark: as many of its own script as that script needs, each once, because only the same ones on each other grow
        /// into a tower; few of those that belong to any letter.
        /// </summary>
        public bool MayCarry(int mark)
        {
            var own = _script.Marks > Script.FewMarks && Script.Of(mark) == _script;
            if (_marks >= _script.Marks || (!own && _foreign == Script.FewMarks) || (own && Carries(mark)))
                return false;
            _marks++;
            if (!own)
                _foreign++;
            return true;
        }

        private readonly bool Carries(int mark)
        {
            Span<char> units = stackalloc char[2];
            return _buffer[_letterAt..Length].IndexOf(units[..new Rune(mark).EncodeToUtf16(units)]) >= 0;
        }
    }
}
