using LiveComments.Events;

namespace LiveComments.Log;

/// <summary>The event was scheduled, went live or ended.</summary>
public sealed record StatusEntry(long Seq, DateTimeOffset Time, EventStatus Status) : Entry(Seq, Time);
