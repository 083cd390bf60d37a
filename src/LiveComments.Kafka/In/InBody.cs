using System.Text.Json;
using LiveComments.Comments;

namespace LiveComments.Kafka.In;

/// <summary>The value of a record, as docs/kafka.md describes it.</summary>
/// <param name="ReactionType">Text to give a reaction, null to take it back; it must be there.</param>
internal sealed record InBody(
    int? Version, string? Type, string? Id, string? Subject, string? Name, string? CommentText, string? ReplyToCommentID, ClientProgram? Client, bool? Question, string? CommentID, JsonElement ReactionType);
