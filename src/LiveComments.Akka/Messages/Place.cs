using LiveComments.Log;

namespace LiveComments.Akka.Messages;

/// <summary>Asks an event's actor to place entries.</summary>
internal sealed record Place(EventId Event, IReadOnlyList<EntryDraft> Drafts, AskNumber At, TimeSpan Budget) : StoreRequest<EntryDraft>(Event, Drafts, At, Budget);
