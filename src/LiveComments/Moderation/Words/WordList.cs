using System.Buffers;
using LiveComments.Text;

namespace LiveComments.Moderation.Words;

/// <summary>
/// Finds listed words and phrases in comments, however they are spelt: figures and look-alikes for letters, letters more than once, signs between the letters, letters one by one. A word is found
/// only as a whole word, so that no harmless word is found because of its middle; in scripts without spaces between words it is found anywhere.
/// </summary>
public sealed class WordList
{
    /// <summary>Letters of a word that may be an I or an L by its look, beyond which only all of them together are tried.</summary>
    private const int MaxAlike = 4;

    /// <summary>Words of one comment that are looked at. A comment of 500 characters has no more.</summary>
    private const int MaxWords = 256;

    /// <summary>Characters of a word that is put together from its pieces.</summary>
    private const int MaxJoined = 64;

    private readonly Dictionary<string, List<Pattern>> _patterns = [];
    private readonly Dictionary<string, List<Pattern>>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly HashSet<string> _never;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _neverLookup;
    private readonly UnspacedWords? _unspaced;

    /// <param name="never">Everyday words that look like a listed word with a letter doubled (<c>rapping</c>); they are never found.</param>
    public WordList(IEnumerable<ListedWord> words, IEnumerable<string>? never = null)
    {
        var unspaced = new List<(string Folded, ListedWord Word)>();
        foreach (var word in words)
        {
            var folded = FoldedText.ToString(word.Text);
            if (UnspacedWords.IsUnspaced(folded))
                unspaced.Add((folded, word));
            else if (folded.Split([' ', '.'], StringSplitOptions.RemoveEmptyEntries) is [var first, .. var rest])
            {
                Add(first, rest, word);
                // A phrase may be written without its spaces too.
                if (rest.Length > 0)
                    Add(first + string.Concat(rest), [], word);
            }
        }
        _lookup = _patterns.GetAlternateLookup<ReadOnlySpan<char>>();
        _never = [.. (never ?? []).Select(FoldedText.ToString)];
        _neverLookup = _never.GetAlternateLookup<ReadOnlySpan<char>>();
        _unspaced = unspaced.Count == 0 ? null : new UnspacedWords(unspaced);
    }

    /// <summary>Of the listed words that the text has, one with the strongest action; null when it has none.</summary>
    public WordMatch? Find(in FoldedText text)
    {
        WordMatch? strongest = null;
        Scan(text, ref strongest, null);
        return strongest;
    }

    /// <summary>All listed words that the text has.</summary>
    public IReadOnlyList<WordMatch> FindAll(in FoldedText text)
    {
        var all = new List<WordMatch>();
        WordMatch? strongest = null;
        Scan(text, ref strongest, all);
        return all;
    }

    /// <summary>The text with an asterisk for each character of the words to be masked.</summary>
    public string Mask(string text)
    {
        using var folded = FoldedText.Of(text);
        var matches = FindAll(folded);
        if (!matches.Any(match => match.Word.Action == WordAction.Mask))
            return text;
        var masked = text.ToCharArray();
        foreach (var match in matches)
            if (match.Word.Action == WordAction.Mask)
            {
                // The other half of a pair, and accents that stand on the last letter.
                var end = match.End;
                while (end < text.Length && (char.IsLowSurrogate(text[end]) || char.GetUnicodeCategory(text[end]) is System.Globalization.UnicodeCategory.NonSpacingMark))
                    end++;
                masked.AsSpan(match.Start..end).Fill('*');
            }
        return new string(masked);
    }

    private void Add(string first, string[] rest, ListedWord word)
    {
        foreach (var variant in Variants(first))
        {
            var key = Key(variant, new char[variant.Length]).ToString();
            if (!_patterns.TryGetValue(key, out var patterns))
                _patterns[key] = patterns = [];
            patterns.Add(new Pattern(variant, rest, word));
        }
    }

    /// <summary>The word with I for L and L for I, which look the same in some of their forms, as a 1 does.</summary>
    private static IEnumerable<string> Variants(string word)
    {
        var alike = Enumerable.Range(0, word.Length).Where(i => word[i] is 'i' or 'l').ToArray();
        if (alike.Length > MaxAlike)
            return [word, word.Replace('l', 'i'), word.Replace('i', 'l')];
        return Enumerable.Range(0, 1 << alike.Length).Select(chosen =>
        {
            var letters = word.ToCharArray();
            for (var i = 0; i < alike.Length; i++)
                if ((chosen & (1 << i)) != 0)
                    letters[alike[i]] = letters[alike[i]] == 'i' ? 'l' : 'i';
            return new string(letters);
        });
    }

    private void Scan(in FoldedText text, ref WordMatch? strongest, List<WordMatch>? all)
    {
        _unspaced?.Scan(text, ref strongest, all);
        if (_patterns.Count == 0)
            return;
        Span<Range> words = stackalloc Range[MaxWords];
        var characters = text.Characters;
        var count = Math.Min(characters.SplitAny(words, " .", StringSplitOptions.RemoveEmptyEntries), MaxWords);
        words = words[..count];
        for (var i = 0; i < count; i++)
        {
            Match(text, words, i, ref strongest, all);
            // Pieces of one word: with signs but no space between them (s.hit), or single letters (s h i t).
            var end = i + 1;
            while (end < count && characters[words[end - 1].End] != ' ')
                end++;
            var isFirstPiece = i == 0 || characters[words[i].Start.Value - 1] == ' ';
            if (isFirstPiece && end > i + 1)
                MatchJoined(text, words[i..end], ref strongest, all);
            if (IsLetter(characters[words[i]]) && (i == 0 || !IsLetter(characters[words[i - 1]])))
            {
                end = i + 1;
                while (end < count && IsLetter(characters[words[end]]))
                    end++;
                if (end > i + 2)
                    MatchJoined(text, words[i..end], ref strongest, all);
            }
        }
    }

    private void Match(in FoldedText text, ReadOnlySpan<Range> words, int first, ref WordMatch? strongest, List<WordMatch>? all)
    {
        var characters = text.Characters;
        var word = characters[words[first]];
        Span<char> buffer = stackalloc char[MaxJoined];
        if (word.Length > MaxJoined || !_lookup.TryGetValue(Key(word, buffer), out var patterns) || _neverLookup.Contains(word))
            return;
        foreach (var pattern in patterns)
        {
            if (!Matches(pattern.First, word) || first + pattern.Rest.Length >= words.Length)
                continue;
            var matched = 0;
            while (matched < pattern.Rest.Length && Matches(pattern.Rest[matched], characters[words[first + 1 + matched]]))
                matched++;
            if (matched == pattern.Rest.Length)
                Found(text, pattern.Word, words[first].Start.Value, words[first + matched].End.Value, ref strongest, all);
        }
    }

    private void MatchJoined(in FoldedText text, ReadOnlySpan<Range> pieces, ref WordMatch? strongest, List<WordMatch>? all)
    {
        Span<char> joined = stackalloc char[MaxJoined];
        var length = 0;
        foreach (var piece in pieces)
            foreach (var character in text.Characters[piece])
            {
                // A figure alone between signs is a letter here.
                var letter = FoldedText.AsLetter(character);
                if (length >= 2 && joined[length - 1] == letter && joined[length - 2] == letter)
                    continue;
                if (length == MaxJoined)
                    return;
                joined[length++] = letter;
            }
        Span<char> buffer = stackalloc char[MaxJoined];
        if (!_lookup.TryGetValue(Key(joined[..length], buffer), out var patterns) || _neverLookup.Contains(joined[..length]))
            return;
        foreach (var pattern in patterns)
            if (pattern.Rest.Length == 0 && Matches(pattern.First, joined[..length]))
                Found(text, pattern.Word, pieces[0].Start.Value, pieces[^1].End.Value, ref strongest, all);
    }

    internal static void Found(in FoldedText text, ListedWord word, int start, int end, ref WordMatch? strongest, List<WordMatch>? all)
    {
        var match = new WordMatch(word, text.Origins[start], text.Origins[end - 1] + 1);
        if (strongest is not { } known || word.Action > known.Word.Action)
            strongest = match;
        all?.Add(match);
    }

    private static bool IsLetter(ReadOnlySpan<char> word) => word.Length == 1 || (word.Length == 2 && word[0] == word[1]);

    /// <summary>Without doubled letters, so that a word is looked up however often its letters are repeated.</summary>
    private static ReadOnlySpan<char> Key(ReadOnlySpan<char> word, Span<char> buffer)
    {
        var length = 0;
        foreach (var character in word)
            if (length == 0 || buffer[length - 1] != character)
                buffer[length++] = character;
        return buffer[..length];
    }

    /// <summary>Whether the word is the listed one, with letters repeated at most: where the list has a double letter the word has one too, so <c>as</c> is not <c>ass</c>.</summary>
    private static bool Matches(ReadOnlySpan<char> listed, ReadOnlySpan<char> word)
    {
        var (i, j) = (0, 0);
        while (i < listed.Length && j < word.Length)
        {
            if (listed[i] != word[j])
                return false;
            var character = listed[i];
            var (wanted, has) = (0, 0);
            for (; i < listed.Length && listed[i] == character; i++)
                wanted++;
            for (; j < word.Length && word[j] == character; j++)
                has++;
            if (has < wanted)
                return false;
        }
        return i == listed.Length && j == word.Length;
    }

    private sealed record Pattern(string First, string[] Rest, ListedWord Word);
}
