namespace LiveComments.Log;

/// <summary>Consecutive entries of one event's log, with what was known of it when they were read.</summary>
/// <param name="Entries">Ascending, gapless, possibly empty.</param>
/// <param name="Head">The last position of the log at the time of reading; its epoch is that of every entry.</param>
public sealed record LogPage(IReadOnlyList<Entry> Entries, Position Head);
