namespace LiveComments.Feeds;

/// <summary>The trace of one entry.</summary>
/// <param name="Committed">When the log had it.</param>
public readonly record struct EntryTrace(long Seq, string Trace, DateTimeOffset Committed);
