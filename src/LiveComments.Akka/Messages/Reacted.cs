using LiveComments.Reactions;

namespace LiveComments.Akka.Messages;

/// <summary>Answers <see cref="React"/>: one result for each draft, in their order.</summary>
internal sealed record Reacted(IReadOnlyList<ReactionResult> Results)
{
    /// <summary>The same refusal for every draft.</summary>
    public static Reacted Refused(int drafts, Error error) => new([.. Enumerable.Repeat(new ReactionResult(default, error), drafts)]);
}
