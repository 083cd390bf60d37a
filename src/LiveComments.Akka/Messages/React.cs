using LiveComments.Reactions;

namespace LiveComments.Akka.Messages;

/// <summary>Asks an event's actor to store reactions. Answered by <see cref="Reacted"/>.</summary>
/// <param name="Budget">As that of <see cref="Place"/>.</param>
internal sealed record React(EventId Event, IReadOnlyList<ReactionDraft> Drafts, TimeSpan Budget) : IEventMessage;
