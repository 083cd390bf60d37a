using LiveComments.Accounts;
using LiveComments.Log;

namespace LiveComments.Feeds;

/// <summary>
/// Chooses what is shown of a room that is too fast to read: a budget of comments per second. A pause saves up to one second of it.
/// Chosen once per room, so that everybody sees the same. Only comments of ordinary users are ever left out.
/// </summary>
internal struct DisplayBudget(int perSecond)
{
    private double _saved = perSecond;
    private long _since;

    /// <summary>Null when everything fits.</summary>
    public IReadOnlyList<Entry>? Choose(IReadOnlyList<Entry> entries, long now, long frequency, out long skipped)
    {
        _saved = Math.Min(perSecond, _saved + (double)(now - _since) / frequency * perSecond);
        _since = now;
        skipped = 0;
        var ordinary = 0;
        foreach (var entry in entries)
            if (IsOrdinary(entry))
                ordinary++;
        var shown = Math.Min(ordinary, (int)_saved);
        _saved -= shown;
        if (shown == ordinary)
            return null;
        // Evenly spaced over the step: the k-th ordinary comment is shown when k * shown / ordinary reaches the next whole number.
        var sample = new List<Entry>(entries.Count - ordinary + shown);
        long reached = 0;
        foreach (var entry in entries)
        {
            if (IsOrdinary(entry))
            {
                reached += shown;
                if (reached < ordinary)
                {
                    skipped++;
                    continue;
                }
                reached -= ordinary;
            }
            sample.Add(entry);
        }
        return sample;
    }

    private static bool IsOrdinary(Entry entry) => entry is CommentEntry { Comment.Author.Role: Role.Viewer };
}
