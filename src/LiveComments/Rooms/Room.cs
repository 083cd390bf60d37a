using LiveComments.Comments;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Rooms;

/// <summary>
/// An event at run time on this node: one writer that orders its comments, one that applies its reactions, and the feed that shows both.
/// </summary>
public sealed class Room : IAsyncDisposable
{
    /// <summary>Comments that may be under way to the store beside each other.</summary>
    private const int SideBySide = 8;

    /// <summary>Comments that come less apart wait for those under way and become one write, which costs less for each; of the others a commit takes several.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(1);

    private readonly Rooms _rooms;
    private readonly Mailbox<Placement> _comments;
    private readonly Mailbox<ReactionPlacement> _reactions;
    private Task _placed = Task.CompletedTask;
    private long _placingSince;
    private int _underWay;
    private long _usedAt;

    internal Room(Rooms rooms, RoomFeed feed)
    {
        _rooms = rooms;
        Feed = feed;
        _comments = new(rooms.Options.Mailbox, rooms.Options.Batch, Place, rooms.Fault, MayPlaceAsync);
        _reactions = new(rooms.Options.ReactionMailbox, rooms.Options.ReactionBatch, ApplyAsync, rooms.Fault);
        Touch();
    }

    public EventId Id => Feed.Id;

    /// <summary>Where the log ends, as far as this node has heard.</summary>
    public Position Head => Feed.Head;

    /// <summary>Viewers of this event on this node.</summary>
    public int Viewers => Feed.Viewers;

    /// <summary>The comment that is pinned; null when none is.</summary>
    public Comment? Pinned => Feed.Pinned;

    internal RoomFeed Feed { get; }

    internal int CommentsWaiting => _comments.Count;

    internal int ReactionsWaiting => _reactions.Count;

    /// <summary>Queues a draft; it is completed in any case. False when the mailbox is full or the room has closed.</summary>
    public bool TryPost(Placement placement)
    {
        placement.PostedAt = Touch();
        return _comments.TryPost(placement);
    }

    /// <summary>Queues a draft as soon as there is a place; false when there was none in time.</summary>
    public ValueTask<bool> PostAsync(Placement placement, TimeSpan patience)
    {
        placement.PostedAt = Touch();
        return _comments.PostAsync(placement, patience, _rooms.Time);
    }

    /// <summary>Queues a reaction; it is completed in any case. False when the mailbox is full or the room has closed.</summary>
    public bool TryPost(ReactionPlacement placement)
    {
        placement.PostedAt = Touch();
        return _reactions.TryPost(placement);
    }

    /// <summary>Queues a reaction as soon as there is a place; false when there was none in time.</summary>
    public ValueTask<bool> PostAsync(ReactionPlacement placement, TimeSpan patience)
    {
        placement.PostedAt = Touch();
        return _reactions.PostAsync(placement, patience, _rooms.Time);
    }

    /// <summary>Takes nothing more; what waits is placed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _comments.DisposeAsync();
        // A fault was told when it came.
        await _placed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _reactions.DisposeAsync();
    }

    internal bool IsIdle(long now) =>
        Feed.Viewers == 0 && CommentsWaiting == 0 && ReactionsWaiting == 0
        && _rooms.Time.GetElapsedTime(Volatile.Read(ref _usedAt), now) > _rooms.Options.IdleClose;

    internal long Touch()
    {
        var now = _rooms.Time.GetTimestamp();
        Volatile.Write(ref _usedAt, now);
        return now;
    }

    /// <summary>Fails when a batch before did: then nothing is taken any more.</summary>
    private ValueTask MayPlaceAsync() =>
        !_placed.IsFaulted && Volatile.Read(ref _underWay) < SideBySide && _rooms.Time.GetElapsedTime(_placingSince) >= Apart ? default : new ValueTask(_placed);

    /// <summary>Begins to place a batch.</summary>
    private ValueTask Place(List<Placement> batch)
    {
        var (placing, drafts) = (new List<Placement>(batch.Count), new List<EntryDraft>(batch.Count));
        foreach (var placement in batch)
        {
            if (HasWaitedTooLong(placement.PostedAt))
            {
                placement.Complete(new AppendResult.Refused(Error.Busy), last: false);
                continue;
            }
            placing.Add(placement);
            drafts.Add(placement.Draft);
        }
        if (placing.Count == 0)
            return default;
        Interlocked.Add(ref _underWay, placing.Count);
        _placingSince = _rooms.Time.GetTimestamp();
        _placed = PlaceAsync(placing, drafts, _placed);
        return default;
    }

    /// <param name="before">The batch before: what comes later is shown and answered later.</param>
    private async Task PlaceAsync(List<Placement> placing, List<EntryDraft> drafts, Task before)
    {
        try
        {
            var started = _rooms.Time.GetTimestamp();
            IReadOnlyList<AppendResult>? results = null;
            AppendResult? refusal = null;
            try
            {
                results = await _rooms.Log.AppendAsync(Id, drafts, CancellationToken.None);
            }
            catch (StoreUnavailableException e)
            {
                refusal = new AppendResult.Refused(e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable);
                // What was stored although nobody can say so must still be shown.
                if (e.OutcomeUnknown)
                    _rooms.FanOut.Own(Feed.FollowUpAsync());
            }
            await before;
            if (results is null)
            {
                foreach (var placement in placing)
                    placement.Complete(refusal!, last: false);
                return;
            }
            _rooms.Metrics.Placed(placing.Count, _rooms.Time.GetElapsedTime(started));
            Show(placing, results);
        }
        catch (Exception e)
        {
            _rooms.Fault(e);
            throw;
        }
        finally
        {
            Interlocked.Add(ref _underWay, -placing.Count);
        }
    }

    private void Show(List<Placement> placed, IReadOnlyList<AppendResult> results)
    {
        var entries = new List<Entry>(results.Count);
        foreach (var result in results)
            if (result is AppendResult.Appended appended)
                entries.Add(appended.Entry);
        Feed.Announce(Feed.Epoch, entries);
        for (var i = 0; i < placed.Count; i++)
        {
            // Placed by a try whose outcome was unknown, and not seen since.
            if (results[i] is AppendResult.Repeated { Position: var earlier })
                Feed.Reach(earlier.Seq);
            else if (results[i] is AppendResult.Unchanged { Head: var head })
                Feed.Reach(head.Seq);
            placed[i].Complete(results[i], last: i == placed.Count - 1);
        }
        foreach (var entry in entries)
            if (entry is CommentEntry { Comment: { Mentions.Count: > 0 } comment })
                _rooms.Mention(comment, Id);
    }

    private async ValueTask ApplyAsync(List<ReactionPlacement> batch)
    {
        // Of this batch alone: a store that hangs may still read them when its time is up.
        var (applying, drafts) = (new List<ReactionPlacement>(batch.Count), new List<ReactionDraft>(batch.Count));
        foreach (var placement in batch)
        {
            if (HasWaitedTooLong(placement.PostedAt))
            {
                placement.Complete(new ReactionResult(default, Error.Busy), last: false);
                continue;
            }
            applying.Add(placement);
            drafts.Add(placement.Draft);
        }
        if (applying.Count == 0)
            return;
        IReadOnlyList<ReactionResult> results;
        try
        {
            results = await _rooms.Reactions.ApplyAsync(Id, drafts, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            var refusal = new ReactionResult(default, e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable);
            foreach (var placement in applying)
                placement.Complete(refusal, last: false);
            return;
        }
        var tallies = new Dictionary<CommentId, CommentTally>();
        for (var i = 0; i < applying.Count; i++)
            if (results[i].Error is null)
                tallies[applying[i].Draft.CommentId] = new(applying[i].Draft.CommentId, results[i].Tally);
        _rooms.Metrics.Reactions.Add(tallies.Count);
        Feed.Announce([.. tallies.Values]);
        for (var i = 0; i < applying.Count; i++)
            applying[i].Complete(results[i], last: i == applying.Count - 1);
    }

    private bool HasWaitedTooLong(long postedAt) => _rooms.Time.GetElapsedTime(postedAt) > _rooms.Options.MaxWait;
}
