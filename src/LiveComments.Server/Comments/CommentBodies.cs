using System.Text.Json.Serialization;

namespace LiveComments.Server.Comments;

/// <summary>Body of <c>POST /live/{videoID}/comments</c>.</summary>
internal sealed record PostCommentBody(string? CommentText, string? UserID, string? ReplyToCommentID, ClientProgram? Client);

/// <summary>Body of <c>POST /live/{videoID}/comments/{commentID}/reactions</c>.</summary>
internal sealed record PostReactionBody(string? ReactionType, string? UserID);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(PostCommentBody))]
[JsonSerializable(typeof(PostReactionBody))]
internal sealed partial class CommentBodies : JsonSerializerContext;
