using LiveComments.Caching;

namespace LiveComments.Presence;

/// <summary>What this node alone sees.</summary>
/// <param name="time">The server's clock.</param>
public sealed class LocalPresence(TimeProvider time) : IPresence
{
    /// <summary>People whose leaving is remembered: 10 MB.</summary>
    private const int Left = 100_000;

    private readonly Lock _lock = new();
    private readonly BoundedCache<UserId, long> _left = new(Left);
    private Dictionary<EventId, EventPresence> _events = [];
    private Dictionary<UserId, PresenceState> _people = [];

    public ValueTask<bool> ReportAsync(PresenceReport report, CancellationToken ct)
    {
        lock (_lock)
        {
            if (report.IsWhole)
            {
                foreach (var gone in _people.Keys.Except(report.People.Keys))
                    _left.Set(gone, time.GetTimestamp(), _left.Stamp);
                (_events, _people) = ([], []);
            }
            foreach (var (id, here) in report.Events)
                if (here.Online + here.Away > 0)
                    _events[id] = here;
                else
                    _events.Remove(id);
            foreach (var (user, state) in report.People)
                if (state != PresenceState.Offline)
                    _people[user] = state;
                else if (_people.Remove(user))
                    _left.Set(user, time.GetTimestamp(), _left.Stamp);
        }
        return new(true);
    }

    public ValueTask<EventPresence> OfEventAsync(EventId id, CancellationToken ct)
    {
        lock (_lock)
            return new(_events.GetValueOrDefault(id, EventPresence.None));
    }

    public ValueTask<PresenceState> OfPersonAsync(UserId user, CancellationToken ct)
    {
        lock (_lock)
            return new(_people.TryGetValue(user, out var state) ? state
                : _left.TryGet(user, out var left) && time.GetElapsedTime(left) < IPresence.AwayFor ? PresenceState.Away
                : PresenceState.Offline);
    }
}
