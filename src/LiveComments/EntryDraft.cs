namespace LiveComments;

/// <summary>What somebody wants to have placed in a log.</summary>
public abstract record EntryDraft;

/// <summary>A validated comment.</summary>
/// <param name="ReplyTo">The comment answered; the store replaces it by the first of its thread.</param>
/// <param name="AllowBeforeStart">True while the event is open for comments although it has not started.</param>
public sealed record CommentDraft(
    CommentId Id,
    Author Author,
    string Text,
    CommentId? ReplyTo,
    IReadOnlyList<Mention> Mentions,
    ClientProgram? Client,
    IdempotencyKey? Key,
    bool AllowBeforeStart = false) : EntryDraft;

/// <summary>
/// Ties retries of one operation of one user on one event together: the same key and the same fingerprint give the outcome
/// of the first try, another fingerprint is an error.
/// </summary>
/// <param name="Value">1-64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Fingerprint">128 bits over everything in the request that must be the same.</param>
public sealed record IdempotencyKey(string Value, UInt128 Fingerprint);

/// <summary>Removes a comment.</summary>
/// <param name="By">Who asks.</param>
/// <param name="AsModerator">True when they may remove anybody's comment, otherwise only their own.</param>
public sealed record RemovalDraft(CommentId CommentId, UserId By, bool AsModerator) : EntryDraft;

/// <summary>Pins a comment in the place of any other, or with null takes the pin off; whatever the event's status.</summary>
/// <param name="By">Who asks, a moderator.</param>
public sealed record PinDraft(CommentId? CommentId, UserId By) : EntryDraft;

/// <summary>Announces the event's settings.</summary>
public sealed record SettingsDraft(EventSettings Settings) : EntryDraft;

/// <summary>Announces the event's status. The first one creates the log; after <see cref="EventStatus.Ended"/> no comment is placed.</summary>
public sealed record StatusDraft(EventStatus Status) : EntryDraft;

/// <summary>What became of a draft.</summary>
public abstract record AppendResult
{
    /// <summary>It is in the log, committed and flushed.</summary>
    public sealed record Appended(Entry Entry) : AppendResult;

    /// <summary>It was in the log before: the key was used with the same fingerprint, or the comment was removed already.</summary>
    public sealed record Repeated(CommentId CommentId, Position Position, DateTimeOffset Time) : AppendResult;

    /// <summary>The log says the same already, no later than here.</summary>
    public sealed record Unchanged(Position Head) : AppendResult;

    /// <summary>It is not in the log and never will be.</summary>
    public sealed record Refused(Error Error) : AppendResult;
}
