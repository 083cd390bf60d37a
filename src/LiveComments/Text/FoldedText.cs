using System.Buffers;
using System.Text;

namespace LiveComments.Text;

/// <summary>
/// A text as everything that judges it sees it: small letters without accents, look-alikes of other alphabets and figures for letters (<c>sh1t</c>) replaced by the letters they stand for,
/// nothing invisible, no letter more than twice in a row. Words are separated by one space, and by one full stop where other signs stand between them without a space. Folding a folded
/// text changes nothing. It rents its memory: dispose it.
/// </summary>
public readonly ref struct FoldedText : IDisposable
{
    private const char Separator = LetterFold.Separator;

    /// <summary>Beside a letter or a figure these stand for a letter.</summary>
    private static readonly SearchValues<char> OuterSigns = SearchValues.Create("@$|€£¥¢");

    private readonly char[] _characters;
    private readonly ushort[] _origins;
    private readonly int _length;

    private FoldedText(char[] characters, ushort[] origins, int length) => (_characters, _origins, _length) = (characters, origins, length);

    /// <summary>The folded characters.</summary>
    public ReadOnlySpan<char> Characters => _characters.AsSpan(0, _length);

    /// <summary>For each folded character, where in the text the character begins that it comes from.</summary>
    public ReadOnlySpan<ushort> Origins => _origins.AsSpan(0, _length);

    /// <param name="text">At most 65,535 characters; a comment is much shorter.</param>
    /// <exception cref="ArgumentException">The text is longer.</exception>
    public static FoldedText Of(ReadOnlySpan<char> text)
    {
        if (text.Length > ushort.MaxValue)
            throw new ArgumentException($"A text of {text.Length} characters is too long to be folded.", nameof(text));
        var most = text.Length * LetterFold.MaxLength;
        var fold = new Folding(ArrayPool<char>.Shared.Rent(most), ArrayPool<ushort>.Shared.Rent(most));
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !IsSpace(text, end, out _))
                end++;
            if (end > at)
                fold.Token(text, at, end);
            at = end;
            while (at < text.Length && IsSpace(text, at, out var length))
            {
                fold.Break(' ', at);
                at += length;
            }
        }
        return new FoldedText(fold.Characters, fold.Origins, fold.TrimmedLength());
    }

    /// <summary>The folded text as a string, for lists and models that are made once.</summary>
    public static string ToString(string text)
    {
        using var folded = Of(text);
        return folded.Characters.ToString();
    }

    /// <summary>The letter that a figure stands for in a word; any other character itself.</summary>
    public static char AsLetter(char character) => Folding.Ascii(character, asLetter: true);

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_characters);
        ArrayPool<ushort>.Shared.Return(_origins);
    }

    private static bool IsSpace(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        if (text[at] < 0x80)
            return text[at] is ' ' or (>= '\t' and <= '\r');
        return Rune.DecodeFromUtf16(text[at..], out var rune, out length) == OperationStatus.Done && InvisibleCharacters.IsBlank(rune);
    }

    private struct Folding(char[] characters, ushort[] origins)
    {
        private int _length;

        public readonly char[] Characters => characters;

        public readonly ushort[] Origins => origins;

        /// <summary>Folds what stands between two spaces, in pieces of letters, figures and signs that may be letters.</summary>
        public void Token(ReadOnlySpan<char> text, int start, int end)
        {
            var (isLatin, tokenHasLetter) = Letters(text[start..end]);
            for (var at = start; at < end;)
            {
                var (pieceEnd, hasLetter, mayBeLetters) = Piece(text, start, at, end);
                // One figure or sign alone between others is a letter in a word that has letters: s.h.1.t
                hasLetter |= mayBeLetters && tokenHasLetter;
                if (pieceEnd == at)
                {
                    at += Decode(text, at, out var other);
                    if (other.IsAscii || !LetterFold.Of(other).IsEmpty)
                        Break(Separator, at - 1);
                    continue;
                }
                while (at < pieceEnd)
                {
                    var length = Decode(text, at, out var rune);
                    if (rune.IsAscii || rune.Value is '€' or '£' or '¥' or '¢')
                        Add(Ascii((char)rune.Value, hasLetter), at);
                    else
                        foreach (var folded in isLatin ? LetterFold.Of(rune).Written : LetterFold.Of(rune).Lower)
                            Add(hasLetter ? Ascii(folded, hasLetter) : folded, at);
                    at += length;
                }
            }
        }

        /// <summary>Ends a word, if one has begun. A space is stronger than a sign.</summary>
        public void Break(char by, int origin)
        {
            if (_length == 0)
                return;
            if (characters[_length - 1] is ' ' or Separator)
            {
                if (by == ' ')
                    characters[_length - 1] = ' ';
                return;
            }
            (characters[_length], origins[_length]) = (by, (ushort)origin);
            _length++;
        }

        public readonly int TrimmedLength() => _length > 0 && characters[_length - 1] is ' ' or Separator ? _length - 1 : _length;

        private void Add(char folded, int origin)
        {
            if (folded is ' ' or Separator)
            {
                Break(folded, origin);
                return;
            }
            if (_length >= 2 && characters[_length - 1] == folded && characters[_length - 2] == folded && !char.IsDigit(folded) && !char.IsSurrogate(folded))
                return;
            (characters[_length], origins[_length]) = (folded, (ushort)origin);
            _length++;
        }

        /// <summary>Where the piece that begins here ends; whether it has a letter, so that its figures and signs stand for letters too; and whether it may stand for letters in a word that has some: not a number.</summary>
        private static (int End, bool HasLetter, bool MayBeLetters) Piece(ReadOnlySpan<char> text, int tokenStart, int start, int end)
        {
            var (last, hasLetter, hasSign, wasInner, figures) = (start, false, false, false, 0);
            for (var at = start; at < end;)
            {
                var length = Decode(text, at, out var rune);
                if (rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) || OuterSigns.Contains((char)rune.Value) : (rune.Value <= char.MaxValue && OuterSigns.Contains((char)rune.Value)) || IsPart(rune))
                {
                    hasLetter |= rune.IsAscii ? char.IsAsciiLetter((char)rune.Value) : LetterFold.Of(rune).IsLetter;
                    (last, wasInner) = (at + length, false);
                    var isSign = rune.Value <= char.MaxValue && OuterSigns.Contains((char)rune.Value);
                    hasSign |= isSign;
                    figures += isSign ? 0 : 1;
                }
                else if (rune.Value == '!' && at == start && IsAlone(text, at, tokenStart, end))
                    return (at + 1, false, true);
                else if (rune.Value == '!' && last > start && !wasInner)
                    (wasInner, hasSign) = (true, true);
                else if (rune.IsAscii || !LetterFold.Of(rune).IsEmpty)
                    break;
                at += length;
            }
            return (last, hasLetter, hasSign || figures <= 1);
        }

        /// <summary>Whether the exclamation mark here stands alone between other signs, as the i of a word that is spelt s.h.!.t</summary>
        private static bool IsAlone(ReadOnlySpan<char> text, int at, int tokenStart, int end) =>
            at > tokenStart + 1 && at + 2 < end && text[at - 1] == text[at + 1] && text[at - 1] is not ('!' or '?') && text[at - 2] is not ('!' or '?');

        private static bool IsPart(Rune rune)
        {
            var fold = LetterFold.Of(rune);
            return !fold.IsEmpty && fold.Written[0] is not (' ' or Separator);
        }

        private static (bool IsLatin, bool HasLetter) Letters(ReadOnlySpan<char> token)
        {
            var hasLetter = false;
            foreach (var rune in token.EnumerateRunes())
            {
                if (rune.IsAscii ? char.IsAsciiLetter((char)rune.Value) : LetterFold.Of(rune).IsLatin)
                    return (true, true);
                hasLetter = hasLetter || (!rune.IsAscii && LetterFold.Of(rune).IsLetter);
            }
            return (false, hasLetter);
        }

        private static int Decode(ReadOnlySpan<char> text, int at, out Rune rune)
        {
            if (text[at] < 0x80)
            {
                rune = new Rune(text[at]);
                return 1;
            }
            Rune.DecodeFromUtf16(text[at..], out rune, out var length);
            // The full-width forms of ASCII, so that their signs count too.
            if (rune.Value is >= 0xFF01 and <= 0xFF5E)
                rune = new Rune(rune.Value - 0xFF01 + '!');
            return length;
        }

        public static char Ascii(char character, bool asLetter) => character switch
        {
            >= 'a' and <= 'z' => character,
            >= 'A' and <= 'Z' => (char)(character | 0x20),
            '0' when asLetter => 'o',
            '1' or '!' or '|' when asLetter => 'i',
            '3' or '€' when asLetter => 'e',
            '4' or '@' when asLetter => 'a',
            '5' or '$' when asLetter => 's',
            '6' or '9' when asLetter => 'g',
            '7' when asLetter => 't',
            '8' when asLetter => 'b',
            '£' when asLetter => 'l',
            '¥' when asLetter => 'y',
            '¢' when asLetter => 'c',
            '@' or '$' or '!' or '|' or '€' or '£' or '¥' or '¢' => Separator,
            _ => character,
        };
    }
}
