using LiveComments.Events;

namespace LiveComments.Log;

/// <summary>Announces the event's settings.</summary>
public sealed record SettingsDraft(EventSettings Settings) : EntryDraft;
