namespace LiveComments.Server.Comments;

/// <summary>Body of <c>PATCH /live/{videoID}/questions/{commentID}</c>.</summary>
internal sealed record MarkQuestionBody(string? Status);
