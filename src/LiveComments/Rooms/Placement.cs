namespace LiveComments.Rooms;

/// <summary>A draft on its way into the log, and whoever waits for its answer.</summary>
public abstract class Placement(EntryDraft draft)
{
    public EntryDraft Draft { get; } = draft;

    /// <summary>When it was posted, a timestamp of the room's clock.</summary>
    internal long PostedAt { get; set; }

    /// <summary>Called once, on the room's writer: must be quick and must not throw.</summary>
    public abstract void Complete(AppendResult result);
}

/// <summary>A placement that is awaited.</summary>
public sealed class AwaitedPlacement(EntryDraft draft) : Placement(draft)
{
    private readonly TaskCompletionSource<AppendResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<AppendResult> Task => _done.Task;

    public override void Complete(AppendResult result) => _done.TrySetResult(result);
}

/// <summary>A reaction on its way into the store, and whoever waits for its answer.</summary>
public abstract class ReactionPlacement(ReactionDraft draft)
{
    public ReactionDraft Draft { get; } = draft;

    /// <summary>When it was posted, a timestamp of the room's clock.</summary>
    internal long PostedAt { get; set; }

    /// <summary>Called once, on the room's writer: must be quick and must not throw.</summary>
    public abstract void Complete(ReactionResult result);
}

/// <summary>A reaction that is awaited.</summary>
public sealed class AwaitedReaction(ReactionDraft draft) : ReactionPlacement(draft)
{
    private readonly TaskCompletionSource<ReactionResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ReactionResult> Task => _done.Task;

    public override void Complete(ReactionResult result) => _done.TrySetResult(result);
}
