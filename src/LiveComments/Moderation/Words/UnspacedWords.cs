using System.Buffers;
using LiveComments.Text;

namespace LiveComments.Moderation.Words;

/// <summary>Listed words of scripts that are written without spaces between words, such as Chinese and Thai, and of Korean, whose words take endings. They are found anywhere.</summary>
internal sealed class UnspacedWords
{
    private readonly (string Folded, ListedWord Word)[] _words;
    private readonly SearchValues<string> _values;

    public UnspacedWords(IEnumerable<(string Folded, ListedWord Word)> words)
    {
        _words = [.. words.Select(word => (word.Folded.Replace(" ", "").Replace(".", ""), word.Word)).OrderByDescending(word => word.Item1.Length)];
        _values = SearchValues.Create([.. _words.Select(word => word.Folded).Distinct()], StringComparison.Ordinal);
    }

    /// <summary>Whether the text has a letter of such a script.</summary>
    public static bool IsUnspaced(ReadOnlySpan<char> folded)
    {
        foreach (var character in folded)
            if (character >= '\u0E00' && (Script.Of(character).Unspaced || character is (>= '\u1100' and <= '\u11FF') or (>= '\u2E80' and <= '\uD7FF') or (>= '\uF900' and <= '\uFAFF')
                || char.IsHighSurrogate(character)))
                return true;
        return false;
    }

    public void Scan(in FoldedText text, ref WordMatch? strongest, List<WordMatch>? all)
    {
        if (!IsUnspaced(text.Characters))
            return;
        var characters = ArrayPool<char>.Shared.Rent(text.Characters.Length);
        var origins = ArrayPool<int>.Shared.Rent(text.Characters.Length);
        var length = 0;
        for (var i = 0; i < text.Characters.Length; i++)
            if (text.Characters[i] is not (' ' or '.'))
            {
                (characters[length], origins[length]) = (text.Characters[i], i);
                length++;
            }
        var rest = characters.AsSpan(0, length);
        for (var at = 0; rest[at..].IndexOfAny(_values) is >= 0 and var next; at++)
        {
            at += next;
            foreach (var (folded, word) in _words)
                if (rest[at..].StartsWith(folded, StringComparison.Ordinal))
                {
                    WordList.Found(text, word, origins[at], origins[at + folded.Length - 1] + 1, ref strongest, all);
                    break;
                }
        }
        ArrayPool<char>.Shared.Return(characters);
        ArrayPool<int>.Shared.Return(origins);
    }
}
