using LiveComments.Reactions;

namespace LiveComments.Ingest;

/// <summary>A reaction whose storing is awaited.</summary>
public sealed class AwaitedReaction(ReactionDraft draft) : Placement<ReactionDraft, ReactionResult>
{
    private readonly Awaited<ReactionResult> _answer = new();

    public override ReactionDraft Draft => draft;

    /// <summary>To be awaited once.</summary>
    public ValueTask<ReactionResult> Answer => _answer.Task;

    public override void Complete(ReactionResult result) => _answer.Set(result);
}
