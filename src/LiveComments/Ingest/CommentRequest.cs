using LiveComments.Accounts;
using LiveComments.Comments;

namespace LiveComments.Ingest;

/// <summary>A comment that somebody asks to have written, as a door read it: nothing in it is checked yet.</summary>
/// <param name="Caller">Null without a token.</param>
/// <param name="UserId">Who they say they are beside their token, who must be the same; null when they do not.</param>
/// <param name="ReplyTo">The id of the comment that it answers; null for none.</param>
/// <param name="Key">The idempotency key; null without one.</param>
/// <param name="ArrivedAt">When it arrived, a timestamp of the node's clock.</param>
public readonly record struct CommentRequest(Caller? Caller, string? UserId, string? Text, string? ReplyTo, string? Key, ClientProgram? Client, long ArrivedAt);
