using LiveComments.Reactions;

namespace LiveComments.Akka.Messages;

/// <summary>Asks an event's actor to store reactions.</summary>
internal sealed record React(EventId Event, IReadOnlyList<ReactionDraft> Drafts, AskNumber At, TimeSpan Budget) : StoreRequest<ReactionDraft>(Event, Drafts, At, Budget);
