using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments.Ingest;

/// <summary>Somebody who moderates an event.</summary>
public sealed record Moderator(LiveEvent Event, Caller Caller, Role Role);
