using LiveComments.Clocks;
using LiveComments.Polls;
using LiveComments.Reactions;
using LiveComments.Wire;

namespace LiveComments.Feeds;

/// <summary>
/// The counts of one event as its viewers see them: reactions and viewers. Their frames have no place in the log, because counts are absolute and the next frame makes up for a missed one.
/// </summary>
/// <param name="toldTo">The highest version among the counts that viewers get with the comments.</param>
internal sealed class RoomCounts(FeedOptions options, TimeProvider time, long toldTo = 0)
{
    /// <summary>Tallies of one frame at most; further ones follow in the next.</summary>
    private const int MaxTallies = 200;

    /// <summary>Comments whose changed counts may wait to be shown. Beyond it a change is not shown until the comment's next one.</summary>
    private const int MaxWaiting = 20_000;

    /// <summary>Comments whose latest counts a resuming viewer is sent. Counts that changed before those show with their next change.</summary>
    private const int MaxRecent = 1_000;

    /// <summary>Counts that were told at about the same time may come in any order.</summary>
    private static readonly TimeSpan OutOfOrder = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly byte[]?[][] _frames = new byte[128][][];
    private readonly Dictionary<CommentId, ReactionTally> _waiting = [];
    private readonly Queue<CommentId> _waitingInOrder = new();

    // Few: an event has one open poll at a time.
    private readonly Dictionary<PollId, PollTally> _polls = [];
    private readonly OrderedDictionary<CommentId, ReactionTally> _recent = [];
    private readonly byte[]?[] _recentEncoded = new byte[]?[WireFormat.Framings];
    private long _told = toldTo;
    private long _toldEarlier = toldTo;
    private long _toldEarlierAt = time.GetTimestamp();
    private long _next;
    private long _talliesDue;
    private long _viewersDue;
    private int _viewersShown = -1;

    /// <summary>The index after the newest frame.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Counts up to this version were told. What an actor could not tell before it ended has a higher one.</summary>
    public long ToldTo
    {
        get
        {
            lock (_lock)
                return _toldEarlier;
        }
    }

    /// <summary>Absolute counts, to be shown with the next reactions tick; a newer version replaces an older one.</summary>
    public void Announce(IReadOnlyList<CommentTally> tallies)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_toldEarlierAt) > OutOfOrder)
                (_toldEarlier, _toldEarlierAt) = (_told, time.GetTimestamp());
            foreach (var (comment, tally) in tallies)
            {
                _told = Math.Max(_told, tally.Version);
                var waits = _waiting.TryGetValue(comment, out var known);
                if (waits ? known.Version >= tally.Version : _waiting.Count >= MaxWaiting)
                    continue;
                if (!waits)
                    _waitingInOrder.Enqueue(comment);
                _waiting[comment] = tally;
            }
        }
    }

    /// <inheritdoc cref="Announce(IReadOnlyList{CommentTally})"/>
    public void Announce(IReadOnlyList<PollTally> polls)
    {
        lock (_lock)
            foreach (var tally in polls)
                if (!_polls.TryGetValue(tally.Poll, out var known) || known.Version < tally.Version)
                    _polls[tally.Poll] = tally;
    }

    /// <summary>Makes the frames that are due.</summary>
    /// <param name="viewers">Null when the number does not matter any more.</param>
    /// <returns>Whether there are new frames, and whether something still waits.</returns>
    public (bool Sealed, bool Waits) Seal(long now, int? viewers)
    {
        lock (_lock)
        {
            var before = _next;
            if ((_waitingInOrder.Count > 0 || _polls.Count > 0) && now >= _talliesDue)
            {
                _talliesDue = now + time.Ticks(options.ReactionTick);
                if (_waitingInOrder.Count > 0)
                    Add(StreamJson.Object(TakeTallies(), StreamJson.Tallies, static (json, _) => json.ToArray()));
                if (_polls.Count > 0)
                    Add(StreamJson.Object(_polls.Values.ToArray(), StreamJson.Votes, static (json, _) => json.ToArray()));
                _polls.Clear();
            }
            var shown = viewers ?? _viewersShown;
            if (shown != _viewersShown && now >= _viewersDue)
            {
                _viewersShown = shown;
                _viewersDue = now + time.Ticks(options.ViewersTick);
                Add(StreamJson.Object(shown,
                    static (json, count) => { json.WriteString("type"u8, "viewers"u8); json.WriteNumber("count"u8, count); },
                    static (json, _) => json.ToArray()));
            }
            return (_next > before, _waitingInOrder.Count > 0 || _polls.Count > 0 || shown != _viewersShown);
        }
    }

    /// <summary>A frame; null when it was overwritten. A viewer who reads nothing is closed earlier than that.</summary>
    public byte[]? FrameAt(long index, Framing framing)
    {
        var forms = Volatile.Read(ref _frames[index & (_frames.Length - 1)]);
        if (forms is null || index < Next - _frames.Length)
            return null;
        return forms[(int)framing] ??= WireFormat.EncodeShared(framing, forms[^1]!, null);
    }

    /// <summary>The counts that changed lately, for a viewer who was away meanwhile. Encoded once until the next change.</summary>
    public byte[] Recent(Framing framing)
    {
        lock (_lock)
            return _recentEncoded[(int)framing] ??= [.. _recent.Select(tally => new CommentTally(tally.Key, tally.Value)).Chunk(MaxTallies)
                .SelectMany(tallies => StreamJson.Object((framing, tallies), static (json, frame) => StreamJson.Tallies(json, frame.tallies), static (json, frame) => WireFormat.EncodeShared(frame.framing, json, null)))];
    }

    /// <summary>Under the lock: the tallies of the next frame, which are from now on recent.</summary>
    private CommentTally[] TakeTallies()
    {
        var taken = new CommentTally[Math.Min(MaxTallies, _waitingInOrder.Count)];
        for (var i = 0; i < taken.Length; i++)
        {
            var comment = _waitingInOrder.Dequeue();
            _waiting.Remove(comment, out var tally);
            taken[i] = new CommentTally(comment, tally);
            _recent.Remove(comment);
            _recent.Add(comment, tally);
        }
        while (_recent.Count > MaxRecent)
            _recent.RemoveAt(0);
        Array.Clear(_recentEncoded);
        return taken;
    }

    private void Add(byte[] json)
    {
        Volatile.Write(ref _frames[_next & (_frames.Length - 1)], [.. new byte[]?[WireFormat.Framings], json]);
        Volatile.Write(ref _next, _next + 1);
    }
}
