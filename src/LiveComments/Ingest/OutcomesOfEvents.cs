using System.Collections.Concurrent;

namespace LiveComments.Ingest;

/// <summary>How comments fare on this node, for the events that moderators watch here. Costs a look into memory for all others.</summary>
public sealed class OutcomesOfEvents(TimeProvider time)
{
    private readonly ConcurrentDictionary<EventId, RecentOutcomes> _watched = new();

    /// <summary>Begins to count for an event, from nothing.</summary>
    public RecentOutcomes Watch(EventId id) => _watched[id] = new RecentOutcomes(time);

    /// <summary>Ends what <see cref="Watch"/> has begun.</summary>
    public void Leave(EventId id, RecentOutcomes outcomes) => _watched.TryRemove(new(id, outcomes));

    internal void Add(EventId id, string outcome, TimeSpan duration)
    {
        if (!_watched.IsEmpty && _watched.TryGetValue(id, out var outcomes))
            outcomes.Add(outcome, duration);
    }
}
