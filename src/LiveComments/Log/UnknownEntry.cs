namespace LiveComments.Log;

/// <summary>An entry of a kind that this program does not know: a newer one wrote it. It keeps its place, so that the log has no gap.</summary>
public sealed record UnknownEntry(long Seq, DateTimeOffset Time) : Entry(Seq, Time);
