using System.Collections.Concurrent;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Rooms;

/// <summary>The events that are busy on this node. Everything that is ever placed in a log passes here.</summary>
public sealed partial class Rooms : IAsyncDisposable
{
    /// <summary>Entries a room reads when it opens, so that those who come back first find them in memory.</summary>
    private const int Tail = 256;

    private readonly ConcurrentDictionary<EventId, Lazy<Task<Room?>>> _rooms = new();
    private readonly EventDirectory _events;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _closing;

    internal Rooms(IEventLog log, IReactionStore reactions, EventDirectory events, FanOutFactory fanOut, IOptions<RoomOptions> options,
        RoomMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<Rooms> logger)
    {
        _events = events;
        _lifetime = lifetime;
        _log = logger;
        Log = log;
        Reactions = reactions;
        Options = options.Value;
        Metrics = metrics;
        Time = time;
        FanOut = fanOut(Fault);
        metrics.Observe(this);
        _closing = CloseIdleAsync();
    }

    /// <summary>The rooms that are open.</summary>
    public IReadOnlyCollection<Room> Open =>
        [.. _rooms.Values.Where(room => room.IsValueCreated && room.Value.IsCompletedSuccessfully).Select(room => room.Value.GetAwaiter().GetResult()).OfType<Room>()];

    /// <summary>Viewers of an event on this node, now.</summary>
    public int Viewers(EventId id) => Find(id)?.Viewers ?? 0;

    /// <summary>The comment that is pinned in an event; null when none is.</summary>
    /// <exception cref="StoreUnavailableException">The event is not busy here and the store does not answer.</exception>
    public async ValueTask<Comment?> PinnedAsync(EventId id, CancellationToken ct) =>
        Find(id) is { } room ? room.Pinned : (await Log.HeadsAsync([id], ct)).GetValueOrDefault(id)?.Pinned;

    /// <summary>True when something that must never fail did: the host is stopping, and its process has failed.</summary>
    public bool Faulted { get; private set; }

    internal IEventLog Log { get; }

    internal IReactionStore Reactions { get; }

    internal RoomOptions Options { get; }

    internal RoomMetrics Metrics { get; }

    internal TimeProvider Time { get; }

    internal FanOut FanOut { get; }

    /// <summary>The room of an event, opened when it is not; null when the event has no log.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<Room?> OpenAsync(EventId id)
    {
        var opening = _rooms.GetOrAdd(id, static (id, rooms) => new Lazy<Task<Room?>>(() => rooms.CreateAsync(id)), this);
        var task = opening.Value;
        if (task.IsCompletedSuccessfully && task.GetAwaiter().GetResult() is { } open)
        {
            open.Touch();
            return open;
        }
        try
        {
            var room = await task;
            if (room is null)
                _rooms.TryRemove(KeyValuePair.Create(id, opening));
            return room;
        }
        catch
        {
            _rooms.TryRemove(KeyValuePair.Create(id, opening));
            throw;
        }
    }

    /// <summary>Places one draft; returns when it is committed and flushed, and on its way to every viewer.</summary>
    /// <exception cref="StoreUnavailableException">See <see cref="IEventLog.AppendAsync"/>.</exception>
    public async ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct)
    {
        if (await OpenAsync(id) is not { } room)
            // Nobody can be watching an event without a log, so there is no feed to tell.
            return (await Log.AppendAsync(id, [draft], ct))[0];
        var placement = new AwaitedPlacement(draft);
        if (!await room.PostAsync(placement, Options.MaxWait))
            return new AppendResult.Refused(Error.Busy);
        var result = await placement.Answer;
        return result is AppendResult.Refused { Error: var error } && (error == Error.StoreUnavailable || error == Error.OutcomeUnknown)
            ? throw new StoreUnavailableException(error.Title, error == Error.OutcomeUnknown)
            : result;
    }

    /// <summary>Closes a room whose log is gone, and its streams with a code that says whether to come back.</summary>
    internal async ValueTask CloseAsync(EventId id, ushort code, string reason)
    {
        if (_rooms.TryRemove(id, out var opening) && await opening.Value is { } room)
        {
            room.Feed.Audience.Retire();
            foreach (var connection in FanOut.Connections.All.Where(connection => connection.Feed == room.Feed))
                connection.Close(code, reason);
            await room.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _closing;
        foreach (var room in Open)
            await room.DisposeAsync();
        await FanOut.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Something that must never fail did: a node that half works is worse than one that is restarted.</summary>
    internal void Fault(Exception exception)
    {
        LogFault(_log, exception);
        Faulted = true;
        _lifetime.StopApplication();
    }

    /// <summary>Shows a comment to those it mentions, in whatever events they watch.</summary>
    internal void Mention(Comment comment, EventId id)
    {
        if (comment.Mentions.Any(mention => FanOut.Connections.Of(mention.UserId).Any()))
            FanOut.Own(MentionAsync(comment, id));
    }

    private async Task MentionAsync(Comment comment, EventId id)
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

    private async Task<Room?> CreateAsync(EventId id)
    {
        if (await Log.ReadLatestAsync(id, long.MaxValue, Tail, _stopping.Token) is not { } tail)
            return null;
        // After the tail: what was pinned in between is told once more by its entry, an older pin would never be corrected.
        var heads = await Log.HeadsAsync([id], _stopping.Token);
        return new Room(this, new RoomFeed(FanOut, id, tail, heads.GetValueOrDefault(id)?.Pinned));
    }

    /// <summary>The room of an event if it is open.</summary>
    private Room? Find(EventId id) =>
        _rooms.TryGetValue(id, out var opening) && opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? opening.Value.GetAwaiter().GetResult() : null;

    private async Task CloseIdleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                foreach (var room in Open)
                    // Who already holds it finds it closed and opens it again.
                    if (room.IsIdle(Time.GetTimestamp()) && room.Feed.Audience.TryRetire() && _rooms.TryRemove(room.Id, out _))
                    {
                        await room.DisposeAsync();
                        await RepairNextAsync(room.Id);
                    }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            Fault(e);
        }
    }

    /// <summary>What a closing room took in its last moment may have been placed after the next one had read the log.</summary>
    private async Task RepairNextAsync(EventId id)
    {
        try
        {
            if (_rooms.TryGetValue(id, out var opening) && await opening.Value is { } next)
                next.Feed.Repair();
        }
        catch (StoreUnavailableException)
        {
            // Nobody got in: the one after it reads the log anew.
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A background loop failed; the process stops")]
    private static partial void LogFault(ILogger log, Exception exception);
}
