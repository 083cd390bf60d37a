using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Redis;

/// <summary>Something that an event's actor has said and that is to be kept, or with neither entries nor tallies: all of the event is to be dropped.</summary>
internal sealed record HotNews(EventId Event, long Epoch, IReadOnlyList<Entry> Entries, IReadOnlyList<CommentTally> Tallies)
{
    public bool Forgets => Entries.Count + Tallies.Count == 0;
}
