using LiveComments.Accounts;
using LiveComments.Log;

namespace LiveComments.Feeds;

/// <summary>
/// Chooses what is shown of a room that is too fast to read: of each second of the log, at most a budget of comments. An entry is chosen by its seq, its time and how many there were in the second before it, so
/// that every node that has seen these shows the same, however they came to it. Only comments of ordinary users are ever left out.
/// </summary>
internal struct DisplayBudget(int perSecond)
{
    /// <summary>
    /// 2^64 divided by the golden ratio: the products with consecutive numbers lie more evenly over all numbers of 64 bits than random ones (Knuth, The Art of Computer Programming 6.4, "Fibonacci hashing").
    /// </summary>
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Seconds after which a second of the log is over although its time stands still, as after a clock was set back.</summary>
    private const int StandsStill = 5;

    private long _second;
    private long _began;
    private int _ordinary;
    private int _shown;
    private ulong _below = ulong.MaxValue;

    /// <summary>Null when everything is shown.</summary>
    public IReadOnlyList<Entry>? Choose(IReadOnlyList<Entry> entries, long now, long frequency, out long skipped)
    {
        List<Entry>? sample = null;
        skipped = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (!IsOrdinary(entry) || Shows(entry, now, frequency))
                sample?.Add(entry);
            else
            {
                sample ??= [.. entries.Take(i)];
                skipped++;
            }
        }
        return sample;
    }

    private bool Shows(Entry entry, long now, long frequency)
    {
        var second = entry.Time.UtcTicks / TimeSpan.TicksPerSecond;
        if (second != _second || now - _began > StandsStill * frequency)
            Begin(second, now);
        _ordinary++;
        if (_shown == perSecond || unchecked((ulong)entry.Seq * Golden) > _below)
            return false;
        _shown++;
        return true;
    }

    /// <summary>A second of the log begins. Of as many comments as there were in the one before it, the budget is shown.</summary>
    private void Begin(long second, long now)
    {
        var before = second <= _second + 1 ? _ordinary : 0;
        _below = before <= perSecond ? ulong.MaxValue : (ulong)(perSecond / (double)before * ulong.MaxValue);
        (_second, _began, _ordinary, _shown) = (second, now, 0, 0);
    }

    private static bool IsOrdinary(Entry entry) => entry is CommentEntry { Comment.Author.Role: Role.Viewer };
}
