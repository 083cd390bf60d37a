namespace LiveComments.PersonalData;

/// <summary>Where a search through all logs has come to.</summary>
/// <param name="Log">A log's number in its store.</param>
/// <param name="Seq">The last seq of it that was looked at.</param>
public readonly record struct LogPlace(long Log, long Seq);
