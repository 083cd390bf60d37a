using LiveComments.Log;

namespace LiveComments.Ingest;

/// <summary>A draft on its way into the log, and whoever waits for its answer.</summary>
public abstract class Placement(EntryDraft draft)
{
    public EntryDraft Draft { get; } = draft;

    /// <summary>When it was queued, a timestamp of this node's clock.</summary>
    public long PostedAt { get; set; }

    /// <summary>Called once, on a thread that others wait for: must be quick and must not throw.</summary>
    public abstract void Complete(AppendResult result);
}
