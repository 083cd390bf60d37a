namespace LiveComments.Akka.Messages;

/// <summary>Asks an event's actor to store drafts, in this order. Answered by <see cref="Stored{TResult}"/>.</summary>
/// <param name="Budget">How long this may wait before the store is called; what waits longer is answered <see cref="Error.Busy"/>. A length and not a time of day, because clocks of nodes differ.</param>
internal abstract record StoreRequest<TDraft>(EventId Event, IReadOnlyList<TDraft> Drafts, AskNumber At, TimeSpan Budget) : IEventMessage;
