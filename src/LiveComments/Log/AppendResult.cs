namespace LiveComments.Log;

/// <summary>What became of a draft.</summary>
public abstract record AppendResult
{
    /// <summary>It is in the log, committed and flushed.</summary>
    /// <param name="Epoch">The log's.</param>
    public sealed record Appended(Entry Entry, long Epoch) : AppendResult;

    /// <summary>It was in the log before: the key was used with the same fingerprint, or the comment was removed already.</summary>
    public sealed record Repeated(CommentId CommentId, Position Position, DateTimeOffset Time) : AppendResult;

    /// <summary>The log already says this, no later than here.</summary>
    public sealed record Unchanged(Position Head) : AppendResult;

    /// <summary>
    /// It is not in the log and waits for a moderator. A log answers so without keeping anything: whoever asked it has the comment kept (<see cref="IModerationStore.HoldAsync"/>).
    /// </summary>
    /// <param name="IsRepeated">True when an earlier try is held, or was.</param>
    /// <param name="ReleaseAt">When it is placed if no moderator decides otherwise; null when it waits for one.</param>
    public sealed record Held(CommentId CommentId, DateTimeOffset Time, bool IsRepeated = false, DateTimeOffset? ReleaseAt = null) : AppendResult;

    /// <summary>It is not in the log and never will be, and its author is answered as if it were. A log keeps nothing of it, as of a <see cref="Held"/> one.</summary>
    /// <param name="Place">Where the log ended.</param>
    /// <param name="IsRepeated">True when an earlier try is kept.</param>
    public sealed record Shadowed(CommentId CommentId, Position Place, DateTimeOffset Time, bool IsRepeated = false) : AppendResult;

    /// <summary>It is not in the log and never will be.</summary>
    public sealed record Refused(Error Error, TimeSpan? RetryAfter = null) : AppendResult;
}
