using System.Collections.Concurrent;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Polls;
using LiveComments.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Feeds;

/// <summary>The feeds of this node: one for each event that somebody watches here.</summary>
public sealed class EventFeeds : IAsyncDisposable
{
    /// <summary>Entries a feed reads when it opens, so that those who come back first find them in memory.</summary>
    private const int Tail = 256;

    /// <summary>Counts that are read at a time where some may not have been told.</summary>
    private const int Recounted = 1_000;

    /// <summary>Before a store that does not answer is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How often feeds without viewers are looked for.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<EventId, OpenFeed> _feeds = new();
    private readonly ConcurrentDictionary<EventId, int> _elsewhere = new();
    private readonly IEventLog _log;
    private readonly IPollStore? _polls;
    private readonly IReactionStore? _reactions;
    private readonly EventDirectory _events;
    private readonly FeedOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _closing;

    internal EventFeeds(IEventLog log, EventDirectory events, IOptions<FeedOptions> options, FeedMetrics metrics, Telemetry.ProcessFault fault, TimeProvider time, ILoggerFactory logs, HotReads? hot = null, IPollStore? polls = null, IReactionStore? reactions = null)
    {
        (_polls, _reactions) = (polls, reactions);
        (_log, _events, _options, _time) = (log, events, options.Value, time);
        FanOut = new FanOut(log, options, metrics, time, logs.CreateLogger<FanOut>(), fault.Raise) { Hot = hot };
        metrics.Observe(this);
        _closing = CloseIdleAsync(fault);
    }

    /// <summary>Events that have a feed on this node.</summary>
    public IReadOnlyCollection<EventId> Watched => [.. _feeds.Keys];

    /// <summary>Whether an event has a feed on this node, or is about to.</summary>
    internal bool Watches(EventId id) => _feeds.ContainsKey(id);

    /// <summary>People who watch on this node.</summary>
    public int AllViewers => _feeds.Values.Sum(open => Math.Max(0, open.Feed?.Viewers ?? 0));

    internal FanOut FanOut { get; }

    /// <summary>False once this node is about to stop: its viewers come to other nodes then.</summary>
    internal bool TakesViewers { get; set; } = true;

    /// <summary>How many people watch on each other node; null while one of them may be stopping, starting or dead, and on a node that is alone.</summary>
    internal IReadOnlyList<int>? OtherNodes { get; set; }

    /// <summary>Told when a feed opens, before it reads the log: from the moment this completes, announcements must come. Set once, before the first feed.</summary>
    internal Func<EventId, CancellationToken, ValueTask> Watch { get; set; } = static (_, _) => default;

    /// <summary>Told when a feed has closed.</summary>
    internal Action<EventId> Unwatch { get; set; } = static _ => { };

    /// <summary>Tells other nodes what somebody is told here. Set once, before the first notice.</summary>
    internal Action<Notice> Told { get; set; } = static _ => { };

    /// <summary>Viewers of an event, now: on this node, and on others as they said last.</summary>
    public int Viewers(EventId id) => Math.Max(0, Find(id)?.Viewers ?? 0) + ElsewhereIn(id);

    /// <summary>How many watch each event on this node.</summary>
    internal IEnumerable<(EventId Event, int Viewers)> Audiences() => _feeds.Where(static open => open.Value.Feed is { Viewers: > 0 }).Select(static open => (open.Key, open.Value.Feed!.Viewers));

    /// <summary>Of each event that is watched here: how many watch it on all nodes, and how many comments its viewers here were shown since its feed opened.</summary>
    internal IEnumerable<(EventId Event, int Viewers, long Delivered)> Shown() =>
        _feeds.Where(static open => open.Value.Feed is { Viewers: >= 0 }).Select(open => (open.Key, open.Value.Feed!.Viewers + ElsewhereIn(open.Key), open.Value.Feed!.Deliveries));

    /// <summary>How many watch an event on other nodes.</summary>
    internal void Elsewhere(EventId id, int viewers)
    {
        if (ElsewhereIn(id) == viewers)
            return;
        if (viewers > 0)
            _elsewhere[id] = viewers;
        else
            _elsewhere.TryRemove(id, out _);
        if (Find(id) is { } feed)
            FanOut.CountsChanged(feed);
    }

    private int ElsewhereIn(EventId id) => _elsewhere.GetValueOrDefault(id);

    /// <summary>The comments that are pinned and on stage in an event; null where none is.</summary>
    /// <exception cref="StoreUnavailableException">The event is not watched here and the store does not answer.</exception>
    public async ValueTask<(Comment? Pinned, Comment? Staged)> ShownAsync(EventId id, CancellationToken ct)
    {
        if (Find(id) is { } feed)
            return (feed.Pinned, feed.Staged);
        var head = (await _log.HeadsAsync([id], ct)).GetValueOrDefault(id);
        return (head?.Pinned, head?.Staged);
    }

    /// <summary>The event's last poll as its viewers may see it; null when it has none, or that one was taken away.</summary>
    /// <inheritdoc cref="ShownAsync"/>
    public async ValueTask<Poll?> PollAsync(EventId id, CancellationToken ct) => Find(id) is { } feed ? feed.Poll : await ReadPollAsync(id, ct);

    /// <summary>The feed of an event if it is open.</summary>
    internal RoomFeed? Find(EventId id) => _feeds.TryGetValue(id, out var open) ? open.Feed : null;

    /// <summary>The feed of an event, opened when it is not; null when the event has no log.</summary>
    /// <exception cref="StoreUnavailableException"/>
    internal async ValueTask<RoomFeed?> OpenAsync(EventId id)
    {
        while (true)
        {
            var open = _feeds.GetOrAdd(id, static _ => new OpenFeed());
            open.Touch(_time.GetTimestamp());
            if (open.Feed is { } ready)
                return ready;
            RoomFeed? feed = null;
            try
            {
                feed = await open.GetAsync(() => CreateAsync(id));
            }
            finally
            {
                if (feed is null)
                    Forget(id, open);
            }
            if (feed is null || (_feeds.TryGetValue(id, out var still) && still == open))
                return feed;
            // Closed while it opened: nobody would tell it anything, and the log may be another one by now.
            feed.Audience.Retire();
        }
    }

    /// <summary>Passes on what is new in an event; nothing happens when nobody watches it here.</summary>
    internal void Announce(EventId id, Announcement announcement)
    {
        if (!_feeds.TryGetValue(id, out var open))
            return;
        open.Touch(_time.GetTimestamp());
        if (open.Announce(announcement) is { IsUnsure: true } && open.Feed is { } feed)
            FanOut.Own(feed.FollowUpAsync());
    }

    /// <summary>The log of an event is known to reach a place, or to be another one than its feed shows.</summary>
    internal void Reach(EventId id, Position head)
    {
        if (Find(id) is not { } feed)
            return;
        if (feed.Epoch != head.Epoch)
            Close(id, Wire.CloseCode.TryAgainLater, "log-expired");
        else
            feed.Reach(head.Seq);
    }

    /// <summary>Reads what an open feed may have missed: entries, and counts, of which otherwise the next change would be the first to tell.</summary>
    internal void Repair(EventId id)
    {
        if (Find(id) is not { } feed)
            return;
        feed.Repair();
        FanOut.Own(RecountAsync(feed));
    }

    /// <summary>Shows a comment to those it mentions, in whatever events they watch.</summary>
    internal void Mention(EventId id, Comment comment)
    {
        if (comment.Mentions.Any(mention => FanOut.Connections.Of(mention.UserId).Any()))
            FanOut.Own(MentionAsync(id, comment));
    }

    /// <summary>Shows a comment to its author alone, on the streams of its event.</summary>
    internal void Own(EventId id, Comment comment)
    {
        if (Find(id) is not { } feed)
            return;
        byte[]? message = null;
        foreach (var connection in FanOut.Connections.Of(comment.Author.Id))
            if (connection.Feed == feed)
                connection.Send(message ??= StreamMessages.Own(comment));
    }

    /// <summary>Tells somebody what moderators decided, on whatever node and in whatever event they watch. Somebody who watches nothing finds it with <c>GET /me/notices</c>.</summary>
    public void Tell(Notice notice)
    {
        Hear(notice);
        Told(notice);
    }

    /// <summary>Tells somebody on this node.</summary>
    internal void Hear(Notice notice)
    {
        if (FanOut.Connections.Of(notice.User).Any())
            FanOut.Own(TellAsync(notice));
    }

    /// <summary>Closes a feed whose log is gone, and its streams with a code that says whether to come back.</summary>
    internal void Close(EventId id, ushort code, string reason)
    {
        if (!_feeds.TryRemove(id, out var open))
            return;
        Unwatch(id);
        if (open.Feed is not { } feed)
            return;
        feed.Audience.Retire();
        foreach (var connection in FanOut.Connections.All.Where(connection => connection.Feed == feed))
            connection.Close(code, reason);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _closing;
        await FanOut.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task<RoomFeed?> CreateAsync(EventId id)
    {
        await Watch(id, _stopping.Token);
        if (FanOut.Hot is { } hot)
        {
            FanOut.Metrics.Read(FeedMetrics.Open);
            if ((await _log.HeadsAsync([id], _stopping.Token)).GetValueOrDefault(id) is not { } head)
                return null;
            if (await hot.TailAsync(id, head.Position, Tail, _stopping.Token) is { } newest)
            {
                var opened = new RoomFeed(FanOut, id, new LogPage(newest.Entries, head.Position), head.Pinned, () => ElsewhereIn(id), await OpenPollAsync(id), head.Staged);
                opened.Announce(newest.Changed);
                return opened;
            }
        }
        FanOut.Metrics.Read(FeedMetrics.Open);
        if (await _log.ReadLatestAsync(id, long.MaxValue, Tail, _stopping.Token) is not { } tail)
            return null;
        FanOut.Metrics.Read(FeedMetrics.Open);
        // After the tail: what was pinned in between is told once more by its entry, an older pin would never be corrected.
        var shown = (await _log.HeadsAsync([id], _stopping.Token)).GetValueOrDefault(id);
        return new RoomFeed(FanOut, id, tail, shown?.Pinned, () => ElsewhereIn(id), await OpenPollAsync(id), shown?.Staged);
    }

    /// <summary>After the tail, as with the pin.</summary>
    private ValueTask<Poll?> OpenPollAsync(EventId id)
    {
        FanOut.Metrics.Read(FeedMetrics.Open);
        return ReadPollAsync(id, _stopping.Token);
    }

    /// <summary>Shows the counts that changed since they were told last.</summary>
    private async Task RecountAsync(RoomFeed feed)
    {
        for (var after = feed.Counts.ToldTo; Find(feed.Id) == feed;)
            try
            {
                FanOut.Metrics.Read(FeedMetrics.Repair);
                var changed = _reactions is null ? [] : await _reactions.ChangedAsync(feed.Id, after, Recounted, _stopping.Token);
                feed.Announce(changed);
                if (changed.Count >= Recounted)
                {
                    after = changed[^1].Tally.Version;
                    continue;
                }
                FanOut.Metrics.Read(FeedMetrics.Repair);
                if (await ReadPollAsync(feed.Id, _stopping.Token) is { Status: PollStatus.Open } poll)
                    feed.Announce([poll.Tally]);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Pause, _time, _stopping.Token);
            }
    }

    private async ValueTask<Poll?> ReadPollAsync(EventId id, CancellationToken ct) => _polls is null ? null : (await _polls.LastAsync(id, ct))?.ForViewers();

    private void Forget(EventId id, OpenFeed open)
    {
        if (_feeds.TryRemove(KeyValuePair.Create(id, open)))
            Unwatch(id);
    }

    private async Task MentionAsync(EventId id, Comment comment)
    {
        try
        {
            if (await _events.FindAsync(id, _stopping.Token) is not { } liveEvent)
                return;
            var message = StreamMessages.Mention(liveEvent, comment);
            foreach (var mention in comment.Mentions)
                foreach (var connection in FanOut.Connections.Of(mention.UserId))
                    // Whoever may not read the event is not told what is said in it.
                    if (connection.Caller is { } caller && await _events.RoleAsync(liveEvent, caller, _stopping.Token) is not null)
                        // A connection that takes no more is left out: GET /me/mentions has it.
                        connection.Send(message);
        }
        catch (StoreUnavailableException)
        {
            // GET /me/mentions has it.
        }
    }

    private async Task TellAsync(Notice notice)
    {
        try
        {
            var liveEvent = notice.Event is { } id ? await _events.FindAsync(id, _stopping.Token) : null;
            if (notice.Event is not null && liveEvent is null)
                return;
            var message = StreamMessages.Notice(notice, liveEvent?.VideoId ?? liveEvent?.Id.ToString());
            foreach (var connection in FanOut.Connections.Of(notice.User))
                connection.Send(message);
        }
        catch (StoreUnavailableException)
        {
            // GET /me/notices has it.
        }
    }

    private async Task CloseIdleAsync(Telemetry.ProcessFault fault)
    {
        using var timer = new PeriodicTimer(Sweep, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                foreach (var (id, open) in _feeds)
                    // Whoever already holds it finds it retired and opens the next one.
                    if (open.Feed is { Viewers: 0 } feed && _time.GetElapsedTime(open.UsedAt) > _options.IdleClose && feed.Audience.TryRetire())
                        Forget(id, open);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
    }

    /// <summary>A feed that is open or opening. What is announced while it reads the log waits for it.</summary>
    private sealed class OpenFeed
    {
        /// <summary>Announcements kept while the log is read, which takes milliseconds. Of more, only how far the log reaches is kept, and the feed reads on.</summary>
        private const int MaxEarly = 1_024;

        private readonly Lock _lock = new();
        private readonly List<Announcement> _early = [];
        private Task<RoomFeed?>? _opening;
        private RoomFeed? _feed;
        private long _usedAt;

        /// <summary>Null until it is open.</summary>
        public RoomFeed? Feed => Volatile.Read(ref _feed);

        /// <summary>When it was last asked for or told something, a timestamp.</summary>
        public long UsedAt => Volatile.Read(ref _usedAt);

        public void Touch(long now) => Volatile.Write(ref _usedAt, now);

        public Task<RoomFeed?> GetAsync(Func<Task<RoomFeed?>> create)
        {
            lock (_lock)
                return _opening ??= OpenAsync(create);
        }

        public Announcement Announce(Announcement announcement)
        {
            if (Feed is { } ready)
                Apply(ready, announcement);
            else
                lock (_lock)
                    if (Feed is { } feed)
                        Apply(feed, announcement);
                    else if (_early.Count < MaxEarly)
                        _early.Add(announcement);
                    else if (announcement.Reaches != default)
                        _early[^1] = _early[^1] with { Reaches = announcement.Reaches, Entries = [] };
            return announcement;
        }

        private async Task<RoomFeed?> OpenAsync(Func<Task<RoomFeed?>> create)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var feed = await create();
            lock (_lock)
            {
                if (feed is not null)
                    foreach (var announcement in _early)
                        Apply(feed, announcement);
                _early.Clear();
                Volatile.Write(ref _feed, feed);
            }
            return feed;
        }

        private static void Apply(RoomFeed feed, Announcement announcement)
        {
            if (announcement.Traces is { } traces)
                feed.Trace(traces);
            feed.Announce(announcement.Reaches.Epoch, announcement.Entries);
            if (announcement.Reaches.Epoch == feed.Epoch)
                feed.Reach(announcement.Reaches.Seq);
            if (announcement.Tallies.Count > 0)
                feed.Announce(announcement.Tallies);
            if (announcement.Polls is { } polls)
                feed.Announce(polls);
        }
    }
}
