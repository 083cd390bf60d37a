namespace LiveComments.Moderation;

/// <summary>A comment that is held already, or was, under the key or the id of another draft.</summary>
/// <param name="Fingerprint">Of the request that used the key; null when it had none.</param>
/// <param name="ReleaseAt">When it is placed if nobody decides otherwise; null when it waits for a moderator.</param>
/// <param name="Place">Where its author sees it, if it is shadowed; null otherwise.</param>
public readonly record struct EarlierHold(CommentId Id, UserId Author, DateTimeOffset HeldAt, UInt128? Fingerprint, DateTimeOffset? ReleaseAt = null, Position? Place = null);
