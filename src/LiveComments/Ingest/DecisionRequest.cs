using LiveComments.Moderation;

namespace LiveComments.Ingest;

/// <summary>What a moderator asks for, as a door has checked it.</summary>
/// <param name="Targets">The ids of comments or of people, each once, as the action needs.</param>
/// <param name="Span">For a timeout or throttle.</param>
/// <param name="Everywhere">Whether a decision about people holds in all events; for administrators.</param>
public sealed record DecisionRequest(DecisionAction Action, IReadOnlyList<Guid> Targets, TimeSpan? Span, string? Reason, bool Everywhere);
