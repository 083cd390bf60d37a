using System.Collections.Concurrent;

namespace LiveComments.Ingest;

/// <summary>How comments fare on this node: in all, and for the events that moderators watch here.</summary>
public sealed class OutcomesOfEvents(TimeProvider time)
{
    private readonly ConcurrentDictionary<EventId, RecentOutcomes> _watched = new();

    /// <summary>Those of all events together.</summary>
    public RecentOutcomes All { get; } = new(time);

    /// <summary>Begins to count for an event, from nothing.</summary>
    public RecentOutcomes Watch(EventId id) => _watched[id] = new RecentOutcomes(time);

    /// <summary>Ends what <see cref="Watch"/> has begun.</summary>
    public void Leave(EventId id, RecentOutcomes outcomes) => _watched.TryRemove(new(id, outcomes));

    /// <param name="id">Null where the event is not known.</param>
    internal void Add(EventId? id, string outcome, TimeSpan duration)
    {
        All.Add(outcome, duration);
        if (id is { } known && !_watched.IsEmpty && _watched.TryGetValue(known, out var outcomes))
            outcomes.Add(outcome, duration);
    }
}
