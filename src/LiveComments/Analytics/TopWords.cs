using System.Globalization;
using System.Text;
using LiveComments.Caching;
using LiveComments.Comments;

namespace LiveComments.Analytics;

/// <summary>
/// The words and emoji that an event's comments have most, found in the comments when somebody asks. Nothing of it is stored, so what was removed or erased is not in it. Of a long event a
/// sample is looked at, evenly over its whole length.
/// </summary>
public sealed class TopWords(IEventLog log, ICommentQueries comments, TimeProvider time)
{
    /// <summary>Events whose answers are remembered, for those who look at the same event at once.</summary>
    private const int Remembered = 256;

    /// <summary>For no longer than a removed text may be seen.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Comments that are looked at, in pages from places that are equally far apart.</summary>
    private const int Pages = 20, Page = 100;

    /// <summary>A word in fewer comments says something of a person rather than of the event.</summary>
    private const int Fewest = 3;

    private const int ShortestWord = 3, LongestWord = 24;

    /// <summary>Words that are in every text of common languages.</summary>
    private static readonly HashSet<string> Common = [.. """
        the and you that this was for are with have not but what all they were when your can there just his her him she how our out who get got has had its let now one too why yes will would from been than then them into over some like
        that's it's i'm don't can't isn't didn't
        der die das und ist nicht ein eine ich sie wir ihr mit auf für von den dem des auch was wie aber nur noch schon mal war sind hat
        que los las una por con para del est les des une pas pour dans qui sur avec tout mais son ses
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];

    private readonly BoundedCache<EventId, (FoundWords Found, long At)> _found = new(Remembered);

    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<FoundWords> FindAsync(EventId id, int limit, CancellationToken ct)
    {
        if (_found.TryGet(id, out var known) && time.GetElapsedTime(known.At) < Fresh)
            return known.Found;
        var (at, stamp) = (time.GetTimestamp(), _found.Stamp);
        var found = await LookAsync(id, limit, ct);
        _found.Set(id, (found, at), stamp);
        return found;
    }

    private async ValueTask<FoundWords> LookAsync(EventId id, int limit, CancellationToken ct)
    {
        if (!(await log.HeadsAsync([id], ct)).TryGetValue(id, out var head) || head.Position.Seq == 0)
            return FoundWords.None;
        Dictionary<string, int> words = [], emoji = [];
        var looked = 0;
        var last = head.Position.Seq;
        var isWhole = last <= Pages * Page;
        for (var page = 0; page < Pages && page * Page < last; page++)
        {
            var after = isWhole ? page * Page : page * (last - Page) / (Pages - 1);
            var found = await comments.PageAsync(id, new PageRequest(after, isWhole ? after + Page + 1 : long.MaxValue, null, null, Newest: false, Page), ct);
            foreach (var comment in found.Comments)
            {
                looked++;
                Count(comment.Text, words, emoji);
            }
        }
        return new FoundWords(Most(words, limit), Most(emoji, limit), looked);
    }

    /// <summary>Counts each word and emoji of a text once, so that a comment has one voice.</summary>
    internal static void Count(string text, Dictionary<string, int> words, Dictionary<string, int> emoji)
    {
        HashSet<string> seen = [];
        foreach (var token in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // Mentions and links name people and places.
            if (!token.StartsWith('@') && !token.Contains("://", StringComparison.Ordinal) && !token.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
                && token.Trim(Marks).ToLowerInvariant() is { Length: >= ShortestWord and <= LongestWord } word && word.All(letter => char.IsLetter(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark || letter is '\'' or '’' or '-')
                && !Common.Contains(word) && seen.Add(word))
                words[word] = words.GetValueOrDefault(word) + 1;
        }
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF'))
            return;
        foreach (var element in Elements(text))
            if (IsEmoji(element) && seen.Add(element))
                emoji[element] = emoji.GetValueOrDefault(element) + 1;
    }

    private static readonly char[] Marks = ['.', ',', '!', '?', ':', ';', '"', '\'', '(', ')', '[', ']', '…', '“', '”', '„', '’', '«', '»', '#', '*', '~', '-'];

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
            yield return elements.GetTextElement();
    }

    private static bool IsEmoji(string element)
    {
        var first = Rune.GetRuneAt(element, 0).Value;
        return first is >= 0x1F300 and <= 0x1FAFF or >= 0x1F1E6 and <= 0x1F1FF or >= 0x2600 and <= 0x27BF or 0x2B50 or 0x2B55 or 0x231A or 0x231B or (>= 0x23E9 and <= 0x23F3);
    }

    private static IReadOnlyList<KeyValuePair<string, int>> Most(Dictionary<string, int> counts, int limit) =>
        [.. counts.Where(one => one.Value >= Fewest).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Take(limit)];
}
