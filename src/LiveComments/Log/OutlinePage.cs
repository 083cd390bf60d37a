namespace LiveComments.Log;

/// <summary>Consecutive entries of one event's log, without what they say.</summary>
/// <param name="Entries">Ascending, gapless, possibly empty.</param>
/// <param name="Head">The last position of the log at the time of reading.</param>
public sealed record OutlinePage(IReadOnlyList<EntryOutline> Entries, Position Head);
