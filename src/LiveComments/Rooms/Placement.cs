using LiveComments.Log;

namespace LiveComments.Rooms;

/// <summary>A draft on its way into the log, and whoever waits for its answer.</summary>
public abstract class Placement(EntryDraft draft)
{
    public EntryDraft Draft { get; } = draft;

    /// <summary>When it was posted, a timestamp of the room's clock.</summary>
    internal long PostedAt { get; set; }

    /// <summary>Called once, on the room's writer: must be quick and must not throw.</summary>
    /// <param name="last">True for the last answer of its batch: whoever awaits it may continue within the call.</param>
    public abstract void Complete(AppendResult result, bool last);
}
