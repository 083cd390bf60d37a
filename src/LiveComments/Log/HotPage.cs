namespace LiveComments.Log;

/// <summary>Consecutive entries from memory that nodes share.</summary>
/// <param name="Entries">Ascending, without gaps. Comments have the replies that they had when they were placed, as their first viewers saw them.</param>
/// <param name="Version">The comments have the reactions of this version of the event's tallies (<see cref="IReactionStore.ChangedAsync"/>) or of a later one.</param>
public sealed record HotPage(IReadOnlyList<Entry> Entries, long Version);
