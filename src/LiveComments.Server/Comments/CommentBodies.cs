using System.Text.Json.Serialization;

namespace LiveComments.Server.Comments;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(PostCommentBody))]
[JsonSerializable(typeof(PostReactionBody))]
[JsonSerializable(typeof(MarkQuestionBody))]
internal sealed partial class CommentBodies : JsonSerializerContext;
