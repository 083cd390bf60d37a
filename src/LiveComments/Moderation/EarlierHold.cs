namespace LiveComments.Moderation;

/// <summary>A comment that is held already, or was, under the key or the id of another draft.</summary>
/// <param name="Fingerprint">Of the request that used the key; null when it had none.</param>
public readonly record struct EarlierHold(CommentId Id, UserId Author, DateTimeOffset HeldAt, UInt128? Fingerprint);
