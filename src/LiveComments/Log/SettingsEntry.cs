using LiveComments.Events;

namespace LiveComments.Log;

/// <summary>The event's settings as of now, whole.</summary>
public sealed record SettingsEntry(long Seq, DateTimeOffset Time, EventSettings Settings) : Entry(Seq, Time);
