using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>A validated comment.</summary>
/// <param name="ReplyTo">The comment answered; the store replaces it by the first of its thread.</param>
/// <param name="AllowBeforeStart">True while the event accepts comments before its start.</param>
public sealed record CommentDraft(
    CommentId Id,
    Author Author,
    string Text,
    CommentId? ReplyTo,
    IReadOnlyList<Mention> Mentions,
    ClientProgram? Client,
    IdempotencyKey? Key,
    bool AllowBeforeStart = false) : EntryDraft;
