using System.Net;
using LiveComments.Accounts;
using LiveComments.Analytics;
using LiveComments.Comments;

namespace LiveComments.Ingest;

/// <summary>A request to write a comment, as a door read it. Nothing in it is checked yet.</summary>
/// <param name="Caller">Null without a token.</param>
/// <param name="UserId">The user id that the request names, which must be the token's; null when it names none.</param>
/// <param name="ReplyTo">The id of the comment that it answers; null for none.</param>
/// <param name="Key">The idempotency key; null without one.</param>
/// <param name="ArrivedAt">When it arrived, a timestamp of the node's clock.</param>
/// <param name="Address">From where it came; null when the door does not know.</param>
/// <param name="Answer">The answer to a challenge; null without one.</param>
/// <param name="From">From where it is written, for statistics; null where it is not known.</param>
/// <param name="IsQuestion">Whether it is asked as a question.</param>
public readonly record struct CommentRequest(Caller? Caller, string? UserId, string? Text, string? ReplyTo, string? Key, ClientProgram? Client, long ArrivedAt, IPAddress? Address = null, string? Answer = null, Locality? From = null, bool IsQuestion = false);
