using LiveComments.Clocks;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Polls;
using LiveComments.Reactions;
using LiveComments.Telemetry;
using LiveComments.Viewers;
using LiveComments.Wire;

namespace LiveComments.Feeds;

/// <summary>
/// What one node shows of one event: a ring of recent frames that connections read with cursors of their own, so that a viewer
/// costs the same however slow it is. Announced batches may be lost, doubled or late: the feed knows the last seq it has shown, sees every gap
/// and fills it from the log.
/// </summary>
internal sealed class RoomFeed
{
    /// <summary>Entries of one frame at most: about 200 KB.</summary>
    private const int MaxBatch = 512;

    /// <summary>Entries other than comments, which must never be skipped, kept for viewers who fall off the ring.</summary>
    private const int MaxNotices = 1_024;

    /// <summary>Comments shown to a viewer who fell off the ring.</summary>
    private const int NewestPage = 50;

    private readonly FanOut _fanOut;
    private readonly Func<int> _elsewhere;
    private readonly FeedOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SenderGroup?[] _groups;
    private readonly int _firstGroup;

    private readonly CatchUp _catchUp;

    // The log: sealed batches in the ring, then entries that wait for the next tick.
    private readonly List<Entry> _waiting = [];
    private readonly Queue<Entry> _notices = new();
    private List<EntryTrace>? _traces;
    private Comment? _pinned;
    private Comment? _staged;
    private Poll? _poll;
    private DisplayBudget _budget;
    private long _shownTo;
    private long _announcedTo;

    // Every notice after this is in _notices.
    private long _noticesAfter;
    private long _waitingSince;
    private long _deliveries;
    private long _sealDue;

    /// <param name="tail">The newest entries.</param>
    /// <param name="pinned">The pinned comment, read after the tail.</param>
    /// <param name="elsewhere">How many watch on other nodes; null for none.</param>
    /// <param name="poll">The event's last poll as its viewers may see it, read after the tail.</param>
    /// <param name="staged">The comment on stage, read after the tail.</param>
    public RoomFeed(FanOut fanOut, EventId id, LogPage tail, Comment? pinned = null, Func<int>? elsewhere = null, Poll? poll = null, Comment? staged = null)
    {
        _fanOut = fanOut;
        _elsewhere = elsewhere ?? (static () => 0);
        _options = fanOut.Options;
        _time = fanOut.Time;
        Id = id;
        Epoch = tail.Head.Epoch;
        Ring = new FrameRing(_options.RingFrames, _options.RingEntries);
        _groups = new SenderGroup?[fanOut.Senders.Count];
        _firstGroup = id.GetHashCode() & int.MaxValue;
        _budget = new DisplayBudget(_options.DisplayBudget);
        Pages = new ResumePages(this, fanOut.Log, fanOut.Hot, fanOut.Metrics);
        Counts = new RoomCounts(fanOut.Options, fanOut.Time, tail.Entries.Max(static entry => (entry as CommentEntry)?.Comment.Reactions.Version) ?? 0);
        Audience = new Audience(() => fanOut.CountsChanged(this));
        _catchUp = new CatchUp(id, Epoch, fanOut, Take);
        _shownTo = _announcedTo = _noticesAfter = tail.Head.Seq - tail.Entries.Count;
        foreach (var entry in tail.Entries)
            Admit(entry);
        _pinned = pinned;
        _staged = staged;
        _poll = poll;
        if (_waiting.Count > 0)
            SealBatch(_time.GetTimestamp());
        _sealDue = 0;
    }

    public EventId Id { get; }

    public long Epoch { get; }

    public FrameRing Ring { get; }

    public ResumePages Pages { get; }

    /// <summary>Who watches on this node.</summary>
    public Audience Audience { get; }

    /// <summary>Reactions and viewers, as they are shown.</summary>
    public RoomCounts Counts { get; }

    /// <summary>Who may watch where the event admits only so many.</summary>
    public Seats Seats { get; } = new();

    public CancellationToken Stopping => _fanOut.Stopping;

    public int Viewers => Audience.Count;

    /// <summary>Comments that were shown, each counted once for every viewer on this node.</summary>
    public long Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>The last seq that connections may be sent.</summary>
    public long ShownTo => Volatile.Read(ref _shownTo);

    public Position Head => new(Epoch, Volatile.Read(ref _announcedTo));

    /// <summary>The comment that is pinned at <see cref="Head"/>, with its reactions of now; null when none is.</summary>
    public Comment? Pinned => Volatile.Read(ref _pinned);

    /// <summary>The comment that is on stage at <see cref="Head"/>, with its reactions of now; null when none is.</summary>
    public Comment? Staged => Volatile.Read(ref _staged);

    /// <summary>The event's last poll at <see cref="Head"/>, with the counts of now, as its viewers may see it; null when it has none, or that one was taken away.</summary>
    public Poll? Poll => Volatile.Read(ref _poll) is { Status: not PollStatus.Removed } poll ? poll : null;

    /// <summary>The first seq whose entries are in memory.</summary>
    public long FirstInMemory => Ring.FirstFull?.From ?? ShownTo + 1;

    /// <summary>Entries whose showing belongs to a trace.</summary>
    public void Trace(IReadOnlyList<EntryTrace> traces)
    {
        lock (_lock)
            // Where nobody watches, nothing is shown and nothing is kept; a trace more or less does not matter.
            if (Viewers > 0 && (_traces?.Count ?? 0) < MaxNotices)
                (_traces ??= []).AddRange(traces);
    }

    /// <summary>New entries of the log, in any order and any number of times.</summary>
    public void Announce(long epoch, IReadOnlyList<Entry> entries)
    {
        if (entries.Count == 0)
            return;
        lock (_lock)
        {
            if (epoch != Epoch)
                return;
            AdmitNext(entries);
        }
        Reach(entries[^1].Seq);
    }

    /// <summary>The log is known to reach a seq: what was not announced up to there is read from it.</summary>
    public void Reach(long seq) => _catchUp.Reach(seq, Head.Seq);

    /// <summary>Reads what the log has beyond the last announcement; for when a batch may have been lost.</summary>
    public void Repair() => _catchUp.Begin();

    /// <inheritdoc cref="CatchUp.OnceAsync"/>
    public ValueTask AdvanceAsync(CancellationToken ct) => _catchUp.OnceAsync(ct);

    /// <inheritdoc cref="CatchUp.FollowUpAsync"/>
    public Task FollowUpAsync() => _catchUp.FollowUpAsync();

    /// <summary>Absolute counts, to be shown with the next reactions tick; a newer version replaces an older one.</summary>
    public void Announce(IReadOnlyList<CommentTally> tallies)
    {
        lock (_lock)
            foreach (var (comment, tally) in tallies)
            {
                if (_pinned is { } pinned && pinned.Id == comment && tally.Version > pinned.Reactions.Version)
                    _pinned = pinned with { Reactions = tally };
                if (_staged is { } staged && staged.Id == comment && tally.Version > staged.Reactions.Version)
                    _staged = staged with { Reactions = tally };
            }
        Counts.Announce(tallies);
        _fanOut.CountsChanged(this);
    }

    /// <inheritdoc cref="Announce(IReadOnlyList{CommentTally})"/>
    public void Announce(IReadOnlyList<PollTally> polls)
    {
        lock (_lock)
            foreach (var tally in polls)
                if (_poll is { Status: PollStatus.Open } poll && poll.Id == tally.Poll && tally.Version > poll.Tally.Version)
                    _poll = poll with { Tally = tally };
        Counts.Announce(polls);
        _fanOut.CountsChanged(this);
    }

    /// <summary>Makes the frames of changed counts that are due; true when some still wait.</summary>
    public bool SealCounts(long now)
    {
        var (sealedFrames, waits) = Counts.Seal(now, Viewers is var viewers and >= 0 ? viewers + _elsewhere() : null);
        if (sealedFrames)
            WakeGroups();
        return waits;
    }

    /// <summary>Starts sending to a connection whose cursor is set. Small rooms stay on one sender: waking a second one costs more than it helps.</summary>
    public SenderGroup GroupFor()
    {
        // Masked, because a retired feed's number of viewers is negative; unsigned, because the sum may overflow.
        var index = (int)((uint)(_firstGroup + (Viewers & int.MaxValue) / 256) % (uint)_groups.Length);
        lock (_lock)
            return _groups[index] ??= new SenderGroup(this, _fanOut.Senders[index]);
    }

    /// <summary>
    /// The frame for a viewer who fell off the ring: the newest comments, and all skipped entries that are not comments, because a missed removal would leave its text on the page.
    /// </summary>
    /// <returns>The frame, and the seq it ends at; null when not all of those entries are in memory.</returns>
    public (byte[] Frame, long To)? Degrade(long cursor, Framing framing)
    {
        lock (_lock)
        {
            if (cursor < _noticesAfter)
                return null;
            var newest = new List<Entry>();
            foreach (var batch in Ring.FullFromNewest().TakeWhile(_ => newest.Count < NewestPage))
                newest.InsertRange(0, batch.Entries!.OfType<CommentEntry>().TakeLast(NewestPage - newest.Count));
            var to = _shownTo;
            var shown = _notices.Where(notice => notice.Seq > cursor && notice.Seq <= to)
                .Concat(newest.Where(entry => entry.Seq > cursor)).OrderBy(entry => entry.Seq).ToList();
            return (Batch.Encode(framing, Epoch, cursor + 1, to, shown, to - cursor - shown.Count), to);
        }
    }

    /// <summary>Seals the waiting entries when they are due. Every sender calls this; the first one does the work.</summary>
    /// <returns>When to call again, a timestamp; 0 when nothing waits.</returns>
    public long Seal()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_waiting.Count > 0 && now >= _sealDue)
                SealBatch(now);
            return _waiting.Count > 0 ? _sealDue : 0;
        }
    }

    /// <summary>
    /// Call when a sender has handed the newest batch to all its connections. If that took longer than a tick, the next batch is delayed by half as much, so that a room of any size leaves
    /// its sender a third of the time for others; fewer and larger frames also cost less. The delay is at most one tick: where the bytes themselves take long, waiting makes more of them.
    /// </summary>
    /// <param name="started">When it began, a timestamp.</param>
    public void Delivered(long started)
    {
        var took = _time.GetTimestamp() - started;
        lock (_lock)
        {
            _sealDue = Math.Max(_sealDue, started + took + Math.Min(took / 2, _time.Ticks(_options.Tick)));
            if (_traces is not null)
                Shown(_traces);
        }
        if (Ring.Newest is { } newest)
            _fanOut.Metrics.DeliveryDelay.Record(_time.GetElapsedTime(newest.SealedAt).TotalSeconds);
    }

    /// <summary>Takes the entries that come next. Returns the seq up to which the feed has all.</summary>
    private long Take(IReadOnlyList<Entry> entries)
    {
        lock (_lock)
        {
            if (entries.Count > 0)
                AdmitNext(entries);
            return _announcedTo;
        }
    }

    /// <summary>Under the lock: takes the entries that come next.</summary>
    private void AdmitNext(IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
            if (entry.Seq == _announcedTo + 1)
                Admit(entry);
        WakeGroups();
    }

    /// <summary>Under the lock: takes the next entry of the log.</summary>
    private void Admit(Entry entry)
    {
        if (_waiting.Count == 0)
            _waitingSince = _time.GetTimestamp();
        if (entry is RemovedEntry removed)
            Forget(removed.CommentId);
        if (entry is RestoredEntry)
            Pages.Invalidate();
        if (entry is PinnedEntry pin)
            _pinned = pin.Comment;
        if (entry is CardEntry { Card.Type: Card.Stage, Comment: var staged })
            _staged = staged;
        if (entry is CardEntry { Card: var mark } && mark.Marked() is { } status)
        {
            if (_pinned?.Id.Value == mark.Id)
                _pinned = _pinned with { Question = status };
            if (_staged?.Id.Value == mark.Id)
                _staged = _staged with { Question = status };
        }
        if (entry is CardEntry { Card: var card } && PollJson.Read(Id, card) is { } poll && (_poll is null || poll.IsNewerThan(_poll)))
            _poll = poll;
        _waiting.Add(entry);
        if (entry is not CommentEntry)
        {
            if (_notices.Count == MaxNotices)
                _noticesAfter = _notices.Dequeue().Seq;
            _notices.Enqueue(entry);
        }
        Volatile.Write(ref _announcedTo, entry.Seq);
        // Also where nobody watches and no sender comes: the number of waiting entries is bounded.
        if (_waiting.Count == MaxBatch)
            SealBatch(_time.GetTimestamp());
    }

    /// <summary>Under the lock: takes a removed comment's text out of everything in memory.</summary>
    private void Forget(CommentId removed)
    {
        Ring.Forget(removed);
        for (var i = 0; i < _waiting.Count; i++)
            _waiting[i] = _waiting[i].Without(removed);
        for (var i = _notices.Count; i > 0; i--)
            _notices.Enqueue(_notices.Dequeue().Without(removed));
        if (_pinned?.Id == removed)
            _pinned = null;
        if (_staged?.Id == removed)
            _staged = null;
        Pages.Invalidate();
    }

    /// <summary>Under the lock: makes a batch of the entries that wait.</summary>
    private void SealBatch(long now)
    {
        Entry[] entries = [.. _waiting];
        _waiting.Clear();
        var sample = _budget.Choose(entries, now, _time.TimestampFrequency, out var skipped);
        var batch = new Batch(Ring.Next, Epoch, entries, sample, skipped, _waitingSince);
        Ring.Add(batch);
        Volatile.Write(ref _deliveries, _deliveries + (long)(entries.Length - skipped) * Math.Max(0, Viewers));
        Volatile.Write(ref _shownTo, batch.To);
        _sealDue = Math.Max(_sealDue, now + _time.Ticks(_options.Tick));
    }

    /// <summary>Under the lock: entries were handed to the connections.</summary>
    private void Shown(List<EntryTrace> traces)
    {
        var now = _time.GetUtcNow();
        foreach (var traced in traces)
            if (traced.Seq <= _shownTo)
                Tracing.Step(traced.Trace, "show", traced.Committed, now);
        traces.RemoveAll(traced => traced.Seq <= _shownTo);
    }

    private void WakeGroups()
    {
        foreach (var group in _groups)
            group?.Wake();
    }
}
