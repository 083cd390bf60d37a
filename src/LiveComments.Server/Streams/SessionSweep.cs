using System.Collections.Concurrent;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;

namespace LiveComments.Server.Streams;

/// <summary>
/// Makes what happens to tokens, sessions, roles and events act on open streams: what happened on this node within a second or two, everything else
/// within half a minute. Who loses a token goes on as anonymous where the event is public and is closed where it is private; where the event
/// is gone, everybody is closed.
/// </summary>
internal sealed class SessionSweep(Rooms.Rooms rooms, EventDirectory events, SessionChecks sessions, TimeProvider time) : BackgroundService
{
    private const int StoreEvery = 30;

    // At most one item for each event that changed within a second.
    private readonly ConcurrentDictionary<EventId, byte> _changed = new();

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        sessions.SessionEnded += End;
        events.Changed += Note;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            for (var second = 1; await timer.WaitForNextTickAsync(stopping); second++)
            {
                var now = time.GetUtcNow();
                foreach (var connection in rooms.Node.Connections.All)
                    if (connection.Caller is { } caller && caller.ExpiresAt <= now)
                        await DemoteAsync(connection, caller, Error.TokenExpired, stopping);
                var all = second % StoreEvery == 0;
                if (all)
                    await CheckCallersAsync(stopping);
                await CheckEventsAsync(all, stopping);
            }
        }
        finally
        {
            events.Changed -= Note;
            sessions.SessionEnded -= End;
        }
    }

    private void Note(EventId id) => _changed.TryAdd(id, 0);

    private void End(Guid session)
    {
        foreach (var connection in rooms.Node.Connections.All)
            if (connection.Caller is { } caller && caller.SessionId == session)
                rooms.Node.Own(DemoteAsync(connection, caller, Error.InvalidToken, CancellationToken.None));
    }

    /// <summary>Asks the store for everybody's log-in.</summary>
    private async Task CheckCallersAsync(CancellationToken ct)
    {
        var open = rooms.Node.Connections.All.Where(connection => connection.Caller is not null).ToLookup(connection => connection.Caller);
        if (open.Count == 0)
            return;
        try
        {
            foreach (var (caller, error) in await sessions.InvalidAsync([.. open.Select(group => group.Key!)], ct))
                foreach (var connection in open[caller])
                    if (connection.Caller is { } still && still == caller)
                        await DemoteAsync(connection, still, error, ct);
        }
        catch (StoreUnavailableException)
        {
            // Asked again in half a minute; who may write is checked at each comment anyway.
        }
    }

    /// <summary>Closes what may not be watched any more: by somebody who is no participant now, or by anybody where the event is gone.</summary>
    private async Task CheckEventsAsync(bool all, CancellationToken ct)
    {
        if (!all && _changed.IsEmpty)
            return;
        // Taken off before it is looked at: a change meanwhile puts it back.
        var changed = new HashSet<EventId>();
        foreach (var (id, _) in _changed)
            if (_changed.TryRemove(id, out _))
                changed.Add(id);
        try
        {
            foreach (var room in rooms.Open)
                if ((all || changed.Contains(room.Id)) && await events.FindAsync(room.Id, ct) is null)
                    await rooms.CloseAsync(room.Id, CloseCode.EventGone, "event-gone");
            foreach (var connection in rooms.Node.Connections.All)
                if (connection.IsAttached && (all || changed.Contains(connection.Feed.Id))
                    && connection.Caller is var caller && await events.RoleAsync(connection.Feed.Id, caller, ct) is null)
                    connection.Close(caller is null ? CloseCode.Unauthorized : CloseCode.Forbidden, Error.NotParticipant.Code);
        }
        catch (StoreUnavailableException)
        {
            foreach (var id in changed)
                Note(id);
        }
    }

    private async Task DemoteAsync(Connection connection, Caller caller, Error error, CancellationToken ct)
    {
        if (!connection.Demote(caller))
            return;
        connection.Send(StreamMessages.Problem(null, error, null, null), always: true);
        try
        {
            if (await events.RoleAsync(connection.Feed.Id, null, ct) is null)
                connection.Close(CloseCode.Unauthorized, error.Code);
        }
        catch (StoreUnavailableException)
        {
            // Nobody can say whether this viewer may stay: it comes back and is asked again.
            connection.Close(CloseCode.TryAgainLater, error.Code);
        }
    }
}
