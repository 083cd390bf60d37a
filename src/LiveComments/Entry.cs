namespace LiveComments;

/// <summary>One item of an event's ordered log.</summary>
/// <param name="Seq">Its place: 1, 2, 3 without gaps.</param>
/// <param name="Time">Given when it was placed; never decreases along <paramref name="Seq"/>.</param>
public abstract record Entry(long Seq, DateTimeOffset Time)
{
    /// <summary>The entry as it is shown once a comment was removed: itself, unless the comment's text is in it.</summary>
    public virtual Entry Without(CommentId removed) => this;
}

/// <summary>Somebody wrote.</summary>
/// <param name="Client">The program it was written with, for analysis: viewers are not told. Null when it did not say.</param>
public sealed record CommentEntry(long Seq, Comment Comment, ClientProgram? Client = null) : Entry(Seq, Comment.Time)
{
    public override Entry Without(CommentId removed) => Comment.Id == removed ? new RemovedEntry(Seq, Time, removed) : this;
}

/// <summary>
/// A comment was removed. In a page read from a store it also stands in the place of the removed comment itself, so that a
/// page stays gapless and the text is on no path.
/// </summary>
public sealed record RemovedEntry(long Seq, DateTimeOffset Time, CommentId CommentId) : Entry(Seq, Time);

/// <summary>
/// A comment was pinned in the place of any other, or with null the pin was taken off. It carries the comment, because those who
/// see it may never have seen that one; in a page read from a store null also stands in the place of a comment that was removed since.
/// </summary>
public sealed record PinnedEntry(long Seq, DateTimeOffset Time, Comment? Comment) : Entry(Seq, Time)
{
    public override Entry Without(CommentId removed) => Comment?.Id == removed ? this with { Comment = null } : this;
}

/// <summary>The event's settings as of now, whole.</summary>
public sealed record SettingsEntry(long Seq, DateTimeOffset Time, EventSettings Settings) : Entry(Seq, Time);

/// <summary>The event was scheduled, went live or ended.</summary>
public sealed record StatusEntry(long Seq, DateTimeOffset Time, EventStatus Status) : Entry(Seq, Time);

/// <summary>An entry of a kind that this program does not know: a newer one wrote it. It keeps its place, so that the log has no gap.</summary>
public sealed record UnknownEntry(long Seq, DateTimeOffset Time) : Entry(Seq, Time);

/// <summary>Consecutive entries of one event's log, with what was known of it when they were read.</summary>
/// <param name="Entries">Ascending, gapless, possibly empty.</param>
/// <param name="Head">The last position of the log at the time of reading; its epoch is that of every entry.</param>
public sealed record LogPage(IReadOnlyList<Entry> Entries, Position Head);
