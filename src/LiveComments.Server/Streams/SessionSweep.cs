using System.Collections.Concurrent;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Wire;

namespace LiveComments.Server.Streams;

/// <summary>
/// Applies changes of tokens, sessions, roles and events to open streams: changes on this node, and changes of accounts and log-ins anywhere, within a second or two, everything else within
/// half a minute. The streams of suspended and erased accounts and of blocked networks are closed. A viewer whose token ends continues anonymously on a public event and is closed on a private one; when the event
/// is gone, everybody is closed.
/// </summary>
internal sealed class SessionSweep(EventFeeds feeds, EventDirectory events, SessionChecks sessions, NetworkBlocks blocks, TokenVerifier tokens, TimeProvider time) : BackgroundService
{
    private const int StoreEvery = 30;

    // At most one item for each event that changed within a second.
    private readonly ConcurrentDictionary<EventId, byte> _changed = new();

    // At most one item for each appointment that changed within a second.
    private readonly ConcurrentDictionary<(EventId, UserId), byte> _appointed = new();

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        sessions.SessionEnded += End;
        sessions.StandingChanged += Compare;
        events.Changed += Note;
        blocks.Added += CloseBlocked;
        events.Appointed += NoteAppointment;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            for (var second = 1; await timer.WaitForNextTickAsync(stopping); second++)
            {
                var now = time.GetUtcNow();
                foreach (var connection in feeds.FanOut.Connections.All)
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
            events.Appointed -= NoteAppointment;
            blocks.Added -= CloseBlocked;
            events.Changed -= Note;
            sessions.StandingChanged -= Compare;
            sessions.SessionEnded -= End;
        }
    }

    private void CloseBlocked()
    {
        foreach (var connection in feeds.FanOut.Connections.All)
            if (blocks.Find(connection.Address) is not null)
            {
                connection.Send(StreamMessages.Problem(null, Error.NetworkBlocked, null, null), always: true);
                connection.Close(CloseCode.Blocked, Error.NetworkBlocked.Code);
            }
    }

    private void Note(EventId id) => _changed.TryAdd(id, 0);

    private void NoteAppointment(EventId id, UserId user) => _appointed.TryAdd((id, user), 0);

    private void End(Guid session)
    {
        foreach (var connection in feeds.FanOut.Connections.All)
            if (connection.Caller is { } caller && caller.SessionId == session)
                feeds.FanOut.Own(DemoteAsync(connection, caller, Error.InvalidToken, CancellationToken.None));
    }

    private void Compare(UserId user)
    {
        foreach (var connection in feeds.FanOut.Connections.Of(user))
            if (connection.Caller is { } caller && caller.UserId == user)
            {
                var (now, error) = sessions.Now(caller);
                if (now != caller)
                    feeds.FanOut.Own(DemoteAsync(connection, caller, error ?? Error.InvalidToken, CancellationToken.None));
            }
    }

    /// <summary>Checks everybody's log-in in the store, and their keys with the issuers.</summary>
    private async Task CheckCallersAsync(CancellationToken ct)
    {
        // Read once each, because a log-out may clear it meanwhile.
        var open = feeds.FanOut.Connections.All.Select(connection => (Connection: connection, connection.Caller)).Where(one => one.Caller is not null)
            .ToLookup(one => one.Caller!, one => one.Connection);
        if (open.Count == 0)
            return;
        foreach (var callers in open.Select(group => group.Key).Where(caller => caller.SignedWith is not null).ToLookup(caller => caller.SignedWith!))
            if (!await tokens.IsKeyTrustedAsync(callers.Key, ct))
                foreach (var caller in callers)
                    await DemoteAllAsync(caller, Error.InvalidToken);
        try
        {
            foreach (var (caller, error) in await sessions.InvalidAsync([.. open.Select(group => group.Key)], ct))
                await DemoteAllAsync(caller, error);
        }
        catch (StoreUnavailableException)
        {
            // Checked again in half a minute; permission to write is checked for each comment anyway.
        }

        async Task DemoteAllAsync(Caller caller, Error error)
        {
            foreach (var connection in open[caller])
                if (connection.Caller is { } still && still == caller)
                    await DemoteAsync(connection, still, error, ct);
        }
    }

    /// <summary>
    /// Closes what may not be watched any more: by somebody who is no participant now, or by anybody where the event is gone. Tells
    /// others what they are now.
    /// </summary>
    private async Task CheckEventsAsync(bool all, CancellationToken ct)
    {
        if (!all && _changed.IsEmpty && _appointed.IsEmpty)
            return;
        // Removed before the check: a change meanwhile adds it again.
        var changed = new HashSet<EventId>();
        foreach (var (id, _) in _changed)
            if (_changed.TryRemove(id, out _))
                changed.Add(id);
        var appointed = new HashSet<(EventId, UserId)>();
        foreach (var (appointment, _) in _appointed)
            if (_appointed.TryRemove(appointment, out _))
                appointed.Add(appointment);
        changed.UnionWith(appointed.Select(appointment => appointment.Item1));
        try
        {
            foreach (var id in feeds.Watched)
                if ((all || changed.Contains(id)) && await events.FindAsync(id, ct) is null)
                    feeds.Close(id, CloseCode.EventGone, Error.EventNotFound.Code);
            foreach (var connection in feeds.FanOut.Connections.All)
                if (connection.IsAttached && (all || changed.Contains(connection.Feed.Id)))
                {
                    var caller = connection.Caller;
                    var isAppointed = caller is not null && appointed.Contains((connection.Feed.Id, caller.UserId));
                    // On a public event there is nothing to check for each viewer.
                    if (!isAppointed && await events.RoleAsync(connection.Feed.Id, null, ct) is not null)
                        continue;
                    if (await events.RoleAsync(connection.Feed.Id, caller, ct) is not { } role)
                        connection.Close(CloseCode.EventGone, Error.EventNotFound.Code);
                    else if (isAppointed)
                        connection.Send(StreamMessages.Authenticated(caller!.UserId, role, caller.ExpiresAt), always: true);
                }
        }
        catch (StoreUnavailableException)
        {
            foreach (var id in changed)
                Note(id);
            foreach (var (id, user) in appointed)
                NoteAppointment(id, user);
        }
    }

    private async Task DemoteAsync(Connection connection, Caller caller, Error error, CancellationToken ct)
    {
        if (!connection.Demote(caller))
            return;
        connection.Send(StreamMessages.Problem(null, error, null, null), always: true);
        if (error == Error.AccountSuspended || error == Error.AccountErased)
        {
            connection.Close(CloseCode.Unauthorized, error.Code);
            return;
        }
        try
        {
            if (await events.RoleAsync(connection.Feed.Id, null, ct) is null)
                connection.Close(CloseCode.Unauthorized, error.Code);
        }
        catch (StoreUnavailableException)
        {
            // The store cannot say whether this viewer may stay; it reconnects and is checked again.
            connection.Close(CloseCode.TryAgainLater, error.Code);
        }
    }
}
