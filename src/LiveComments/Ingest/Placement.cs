namespace LiveComments.Ingest;

/// <summary>A draft on its way into the store, and whoever waits for its answer.</summary>
public abstract class Placement<TDraft, TResult>
{
    /// <summary>What is to be stored. Not to be read before it is decided.</summary>
    public abstract TDraft Draft { get; }

    /// <summary>When it came into its event's queue, a timestamp of this node's clock.</summary>
    public long QueuedAt { get; set; }

    /// <summary>A step of its way is over, for its trace.</summary>
    public virtual void Reached(string step)
    {
    }

    /// <summary>Called once, on a thread that others wait for: must be quick and must not throw.</summary>
    public abstract void Complete(TResult result);
}
