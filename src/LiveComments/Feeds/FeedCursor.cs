using LiveComments.Wire;

namespace LiveComments.Feeds;

/// <summary>
/// Where one viewer is in a feed, and what comes next for it. Part of a <see cref="Connection"/>, not an object of its own, and touched only by whoever writes to the connection.
/// </summary>
internal struct FeedCursor
{
    private long _batch;
    private long _counts;
    private long _seq;
    private long _fullTo;

    /// <param name="seq">The last seq the viewer has; sending starts after it.</param>
    /// <param name="sampled">False to be shown every comment of a room that is too fast to read.</param>
    public FeedCursor(RoomFeed feed, long seq, bool sampled)
    {
        _seq = seq;
        // What a resuming viewer missed is shown unsampled.
        _fullTo = sampled ? feed.Head.Seq : long.MaxValue;
        _batch = feed.Ring.BatchAfter(seq);
        _counts = feed.Counts.Next;
    }

    /// <summary>The last seq the viewer was sent.</summary>
    public readonly long Seq => Volatile.Read(in _seq);

    /// <summary>Whether the feed has something that the viewer was not sent.</summary>
    public readonly bool IsBehind(RoomFeed feed) => feed.ShownTo > Seq || feed.Counts.Next > _counts;

    /// <summary>The next frame of counts; empty when there is none.</summary>
    public ReadOnlyMemory<byte> NextCounts(RoomFeed feed, Framing framing)
    {
        while (_counts < feed.Counts.Next)
            if (feed.Counts.FrameAt(_counts++, framing) is { } frame)
                return frame;
        return default;
    }

    /// <summary>The next frame of entries; empty when there is none, or when it is in a page that the store must be asked for.</summary>
    /// <param name="page">That page, to be given to <see cref="Arrive"/>.</param>
    public ReadOnlyMemory<byte> NextEntries(RoomFeed feed, FanOut fanOut, Framing framing, ref Task<Batch?>? page)
    {
        var sampled = _fullTo <= _seq;
        var batch = feed.Ring.BatchAt(_batch);
        // A viewer may start at a place that was not shown yet when it came.
        while (batch is not null && batch.To <= _seq)
            batch = feed.Ring.BatchAt(_batch = batch.Index + 1);
        if (batch is null)
            return default;
        if (batch.From <= _seq + 1)
        {
            var encoded = batch.From == _seq + 1 ? batch.Encoded(framing, sampled)
                : batch.Entries is null ? null
                : batch.EncodedAfter(framing, _seq);
            if (encoded is not null)
            {
                (_batch, _seq) = (batch.Index + 1, batch.To);
                return encoded;
            }
        }
        // The viewer fell off the ring, or resumes from before it.
        if (!sampled && feed.ShownTo - _seq <= fanOut.Options.ResumeEntries + 2 * ResumePages.Size)
        {
            page = feed.Pages.AfterAsync(_seq);
            return default;
        }
        fanOut.Metrics.Degraded.Add(1);
        if (feed.Degrade(_seq, framing) is { } newest)
        {
            GoTo(feed, newest.To);
            return newest.Frame;
        }
        GoTo(feed, feed.ShownTo);
        var position = new Position(feed.Epoch, _seq);
        return WireFormat.Encode(framing, StreamMessages.Reset("too-far-behind", position, feed.Id), position);
    }

    /// <summary>The frame of a page that was read from the store; empty when the ring has what comes next by now.</summary>
    public ReadOnlyMemory<byte> Arrive(RoomFeed feed, Framing framing, Batch? page)
    {
        // The ring has the rest, and is newer: a comment removed meanwhile is gone from the ring.
        var end = feed.FirstInMemory;
        if (page is not null && page.To >= end && page.From < end)
            page = page.Before(end);
        if (page is null || page.To <= _seq)
        {
            // The page ends where the ring begins now.
            _batch = feed.Ring.BatchAfter(_seq);
            return default;
        }
        var frame = page.From == _seq + 1 ? page.Encoded(framing, sampled: false)! : page.EncodedAfter(framing, _seq);
        GoTo(feed, page.To);
        return frame;
    }

    private void GoTo(RoomFeed feed, long seq)
    {
        Volatile.Write(ref _seq, seq);
        _batch = feed.Ring.BatchAfter(seq);
    }
}
