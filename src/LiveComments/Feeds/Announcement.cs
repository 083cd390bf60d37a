using LiveComments.Log;
using LiveComments.Polls;
using LiveComments.Reactions;

namespace LiveComments.Feeds;

/// <summary>
/// What is new in an event, told to the nodes that watch it. A hint: it may be lost, doubled or late, because every feed sees a gap by the seq and reads it from the log.
/// </summary>
/// <param name="Reaches">The log reaches at least this place; the default when that is not known.</param>
/// <param name="Entries">New entries, ascending, of the epoch of <paramref name="Reaches"/>.</param>
/// <param name="Tallies">Changed counts, absolute.</param>
/// <param name="IsUnsure">An append may have been stored although nobody can say so: feeds look for it for a while.</param>
/// <param name="Traces">The traces of some of the entries; null when none is traced.</param>
/// <param name="Polls">Changed counts of polls, absolute; null when none has changed.</param>
public sealed record Announcement(
    Position Reaches, IReadOnlyList<Entry> Entries, IReadOnlyList<CommentTally> Tallies, bool IsUnsure = false, IReadOnlyList<EntryTrace>? Traces = null, IReadOnlyList<PollTally>? Polls = null);
