namespace LiveComments.Replay;

/// <summary>How far a reader of a span of time has come: past a comment, and past the counts of a comment at a second.</summary>
public readonly record struct ReplayCursor(long Seq, long Second, long CountsSeq);
