namespace LiveComments.Moderation;

/// <summary>A comment with reports that wait for a moderator.</summary>
/// <param name="Count">People who have reported it since it was last decided about.</param>
/// <param name="Reasons">What the first of them wrote, at most <see cref="MaxReasons"/>.</param>
public sealed record ReportedComment(CommentId Comment, int Count, DateTimeOffset FirstAt, IReadOnlyList<string> Reasons)
{
    public const int MaxReasons = 10;
}
