namespace LiveComments.PersonalData;

/// <summary>Where a search through all logs has come to.</summary>
/// <param name="Log">A log's number in its store, or whatever else the store counts by.</param>
/// <param name="Seq">The last seq of it that was looked at.</param>
/// <param name="Comment">The last comment that was looked at, in a store that finds a person's comments by themselves.</param>
public readonly record struct LogPlace(long Log, long Seq, CommentId Comment = default);
