using System.Text.Json;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Tests.Feeds;

/// <summary>What one viewer was sent, judged by the log.</summary>
internal static class Transcript
{
    /// <summary>The last seq a viewer was brought to.</summary>
    public static long End(long start, IEnumerable<JsonElement> received) =>
        received.Aggregate(start, (end, message) => Type(message) switch
        {
            "batch" => message.GetProperty("to").GetInt64(),
            "reset" => long.Parse(message.GetProperty("position").GetString()!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture),
            _ => end,
        });

    /// <summary>What is wrong; null when it is one contiguous slice of the log after a start.</summary>
    /// <param name="complete">True when nothing may have been left out: no sample, never slow.</param>
    public static string? Fault(MemoryLog log, long start, IEnumerable<JsonElement> received, bool complete)
    {
        var end = start;
        var removed = new HashSet<Guid>();
        foreach (var message in received)
        {
            switch (Type(message))
            {
                case "reset" when complete:
                    return $"a reset after {end}";
                case "reset":
                    end = End(end, [message]);
                    continue;
                case "batch":
                    break;
                default:
                    continue;
            }
            var (from, to) = (message.GetProperty("from").GetInt64(), message.GetProperty("to").GetInt64());
            if (from != end + 1 || to < from || to > log.Head)
                return $"a batch {from}-{to} after {end} of a log of {log.Head}";
            var skipped = message.TryGetProperty("skipped", out var left) ? left.GetInt64() : 0;
            if (complete && skipped != 0)
                return $"{skipped} left out in {from}-{to}";
            var before = end;
            var shown = 0L;
            foreach (var entry in message.GetProperty("entries").EnumerateArray())
            {
                var seq = entry.GetProperty("seq").GetInt64();
                if (seq <= before || seq > to)
                    return $"entry {seq} after {before} in {from}-{to}";
                if (Notice(log, before + 1, seq) is { } missed)
                    return missed;
                (before, shown) = (seq, shown + 1);
                if (Fault(log[seq], entry, removed) is { } fault)
                    return $"entry {seq}: {fault}";
            }
            if (Notice(log, before + 1, to + 1) is { } last)
                return last;
            if (shown + skipped != to - from + 1)
                return $"{shown} shown and {skipped} left out in {from}-{to}";
            end = to;
        }
        return null;
    }

    /// <summary>What a viewer who was shown the whole log is left with: the comment on stage, and what has become of each question. Of several states the last holds.</summary>
    public static (CommentId? Staged, IReadOnlyDictionary<CommentId, QuestionStatus> Questions) Cards(IEnumerable<JsonElement> received)
    {
        var staged = (CommentId?)null;
        var questions = new Dictionary<CommentId, QuestionStatus>();
        foreach (var entry in received.Where(message => Type(message) == "batch").SelectMany(batch => batch.GetProperty("entries").EnumerateArray()))
        {
            if (entry.TryGetProperty("comment", out var comment) && comment.TryGetProperty("question", out var asked))
                questions[Id(comment)] = QuestionStatuses.OfStored(asked.GetString())!.Value;
            if (Type(entry) == "removed" && Id(entry) == staged)
                staged = null;
            if (Type(entry) != "card")
                continue;
            var card = CardOf(entry);
            if (card.Marked() is { } status)
                questions[new CommentId(card.Id)] = status;
            else
                // As pages do: a comment that is not shown any more was removed since.
                staged = entry.TryGetProperty("comment", out _) ? card.Staged() : null;
        }
        return (staged, questions);
    }

    private static CommentId Id(JsonElement json) => new(json.GetProperty("commentID").GetGuid());

    private static Card CardOf(JsonElement entry)
    {
        var card = entry.GetProperty("card");
        return new Card(card.GetProperty("id").GetGuid(), Type(card), card.GetProperty("state").GetRawText());
    }

    /// <summary>Only comments may be left out: who misses a removal keeps its text on the page.</summary>
    private static string? Notice(MemoryLog log, long from, long before)
    {
        for (var seq = from; seq < before; seq++)
            if (!log.IsComment(seq))
                return $"{from}-{before} without entry {seq}: {log[seq]}";
        return null;
    }

    private static string Type(JsonElement message) => message.GetProperty("type").GetString()!;

    private static string? Fault(Entry expected, JsonElement entry, HashSet<Guid> removed)
    {
        switch (Type(entry))
        {
            case "comment":
                var comment = entry.GetProperty("comment");
                var id = comment.GetProperty("commentID").GetGuid();
                if (removed.Contains(id))
                    return "the text of a comment whose removal was shown before";
                // It may have been removed since it was sent.
                return expected switch
                {
                    CommentEntry placed => placed.Comment.Id.Value == id && placed.Comment.Text == comment.GetProperty("commentText").GetString() ? null : "another comment",
                    RemovedEntry gone when gone.CommentId.Value == id => null,
                    _ => $"a comment in the place of {expected}",
                };
            case "removed":
                removed.Add(entry.GetProperty("commentID").GetGuid());
                return expected is RemovedEntry removal && removal.CommentId.Value == entry.GetProperty("commentID").GetGuid() ? null : $"a removal in the place of {expected}";
            case "pinned":
                // As above: what was pinned may have been removed since.
                return expected is PinnedEntry pin && (!entry.TryGetProperty("comment", out var pinned)
                    ? pin.Comment is null
                    : pin.Comment is null || pin.Comment.Id.Value == pinned.GetProperty("commentID").GetGuid()) ? null : $"a pin in the place of {expected}";
            case "card":
                // As above.
                return expected is CardEntry card && card.Card == CardOf(entry) && (!entry.TryGetProperty("comment", out var staged)
                    ? card.Comment is null
                    : card.Comment is null || card.Comment.Id.Value == staged.GetProperty("commentID").GetGuid()) ? null : $"a card in the place of {expected}";
            case "settings":
                return expected is SettingsEntry ? null : $"settings in the place of {expected}";
            default:
                return "an unknown type";
        }
    }
}
