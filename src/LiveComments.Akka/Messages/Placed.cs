using LiveComments.Log;

namespace LiveComments.Akka.Messages;

/// <summary>Answers <see cref="Place"/>: one result for each draft, in their order. What is placed is committed and flushed.</summary>
internal sealed record Placed(IReadOnlyList<AppendResult> Results)
{
    /// <summary>The same refusal for every draft.</summary>
    public static Placed Refused(int drafts, Error error) => new([.. Enumerable.Repeat(new AppendResult.Refused(error), drafts)]);
}
