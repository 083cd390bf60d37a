using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>A validated comment.</summary>
/// <param name="ReplyTo">The comment answered; the store replaces it by the first of its thread.</param>
/// <param name="AllowBeforeStart">True while the event accepts comments before its start.</param>
/// <param name="Pace">The time between two comments of its author in this event, zero without slow mode; null for an author whom nothing limits.</param>
/// <param name="Refusal">Why it was refused before it came to the log, which then only answers whether it was placed by an earlier try; null otherwise.</param>
/// <param name="Trace">The trace that its steps belong to (<see cref="Telemetry.Tracing"/>); null when it is not traced.</param>
/// <param name="Hold">Why it waits for a moderator instead of being placed; null when it does not. The log then only answers whether it was placed by an earlier try, or may be held.</param>
/// <param name="IsApproved">True when a moderator has approved it after it was held: it is placed whatever the event's status is by now.</param>
/// <param name="IsThrottled">True when <paramref name="Pace"/> was set for its author alone.</param>
/// <param name="IsOnce">True when the event takes each text only once.</param>
/// <param name="IsQuestion">True when it is asked as a question.</param>
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
    string? Trace = null,
    Hold? Hold = null,
    bool IsApproved = false,
    bool IsThrottled = false,
    bool IsOnce = false,
    bool IsQuestion = false) : EntryDraft
{
    /// <summary>What a question is when it is placed; null for other comments.</summary>
    public QuestionStatus? Question => IsQuestion ? QuestionStatus.Open : null;
}
