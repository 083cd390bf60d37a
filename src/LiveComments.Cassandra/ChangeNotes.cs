using LiveComments.Caching;

namespace LiveComments.Cassandra;

/// <summary>
/// Which events something may have changed in, minute by minute, for those who follow all logs. A node notes an event once in each minute, before it writes: whoever finds the note looks at the
/// event for a few minutes, and so finds what was written after it.
/// </summary>
internal sealed class ChangeNotes(TimeProvider time)
{
    /// <summary>How long after a note its write may come, and how much the clocks of nodes may differ.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(3);

    /// <summary>Events that this node remembers to have noted.</summary>
    private const int Remembered = 10_000;

    private readonly BoundedCache<EventId, long> _noted = new(Remembered);

    public static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    /// <summary>Returns when everybody can know that the event changes now.</summary>
    public async ValueTask NoteAsync(LogStore store, EventId id, CancellationToken ct)
    {
        var minute = MinuteOf(time.GetUtcNow());
        if (_noted.TryGet(id, out var noted) && noted == minute)
            return;
        await store.ExecuteAsync(store.Tables.PutChanged, ct, minute, id.Value, (int)(2 * CassandraFollowerStore.LookEvery).TotalSeconds);
        _noted.Set(id, minute, _noted.Stamp);
    }
}
