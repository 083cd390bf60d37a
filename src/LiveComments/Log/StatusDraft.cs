using LiveComments.Events;

namespace LiveComments.Log;

/// <summary>Announces the event's status. The first one creates the log; after <see cref="EventStatus.Ended"/> no comment is placed.</summary>
public sealed record StatusDraft(EventStatus Status) : EntryDraft;
