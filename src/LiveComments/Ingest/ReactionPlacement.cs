using LiveComments.Reactions;

namespace LiveComments.Ingest;

/// <summary>A reaction on its way into the store, and whoever waits for its answer.</summary>
public abstract class ReactionPlacement(ReactionDraft draft)
{
    public ReactionDraft Draft { get; } = draft;

    /// <summary>When it was queued, a timestamp of this node's clock.</summary>
    public long PostedAt { get; set; }

    /// <summary>Called once, on a thread that others wait for: must be quick and must not throw.</summary>
    public abstract void Complete(ReactionResult result);
}
