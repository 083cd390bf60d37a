namespace LiveComments.Replay;

/// <summary>The place of a reader in a span of time: after a comment, and after one comment's counts at a second.</summary>
public readonly record struct ReplayCursor(long Seq, long Second, long CountsSeq);
