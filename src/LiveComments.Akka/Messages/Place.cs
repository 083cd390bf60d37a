using LiveComments.Log;

namespace LiveComments.Akka.Messages;

/// <summary>Asks an event's actor to place entries, in this order. Answered by <see cref="Placed"/>.</summary>
/// <param name="Budget">How long this may wait before its append begins; what waits longer is answered <see cref="Error.Busy"/>. A length and not a time of day, because clocks of nodes differ.</param>
internal sealed record Place(EventId Event, IReadOnlyList<EntryDraft> Drafts, TimeSpan Budget) : IEventMessage;
