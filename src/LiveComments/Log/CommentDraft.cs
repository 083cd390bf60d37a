using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>A validated comment.</summary>
/// <param name="ReplyTo">The comment answered; the store replaces it by the first of its thread.</param>
/// <param name="AllowBeforeStart">True while the event accepts comments before its start.</param>
/// <param name="Pace">The time between two comments of its author in this event, zero without slow mode; null for an author whom nothing limits.</param>
/// <param name="Refusal">Why it was refused before it came to the log, which then only answers whether it was placed by an earlier try; null otherwise.</param>
/// <param name="Trace">The trace that its steps belong to (<see cref="Telemetry.Tracing"/>); null when it is not traced.</param>
public sealed record CommentDraft(
    CommentId Id,
    Author Author,
    string Text,
    CommentId? ReplyTo,
    IReadOnlyList<Mention> Mentions,
    ClientProgram? Client,
    IdempotencyKey? Key,
    bool AllowBeforeStart = false,
    TimeSpan? Pace = null,
    Refusal? Refusal = null,
    string? Trace = null) : EntryDraft;
