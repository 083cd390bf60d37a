namespace LiveComments.Log;

/// <summary>A comment that the log has already under the key or the id of another draft.</summary>
/// <param name="Fingerprint">Of the request that used the key; null when it was found by its id.</param>
public readonly record struct EarlierComment(CommentId Id, UserId Author, Position Position, DateTimeOffset Time, UInt128? Fingerprint)
{
    public AppendResult.Repeated ToRepeated() => new(Id, Position, Time);
}
