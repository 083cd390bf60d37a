using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;

namespace LiveComments.Server.Streams;

/// <summary>
/// Makes what happens to tokens, sessions and roles act on open sockets: expiry and log-out of this node within a second, everything else within half a
/// minute. On a public event the viewer goes on as anonymous, on a private one the socket is closed.
/// </summary>
internal sealed class SessionSweep(Rooms.Rooms rooms, EventDirectory events, SessionChecks sessions, TimeProvider time) : BackgroundService
{
    private const int StoreEvery = 30;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        sessions.SessionEnded += End;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            for (var second = 1; await timer.WaitForNextTickAsync(stopping); second++)
            {
                var now = time.GetUtcNow();
                foreach (var connection in rooms.Node.Connections.All)
                    if (connection.Caller is { } caller && caller.ExpiresAt <= now)
                        await DemoteAsync(connection, Error.TokenExpired, stopping);
                if (second % StoreEvery == 0)
                    await AskStoreAsync(stopping);
            }
        }
        finally
        {
            sessions.SessionEnded -= End;
        }
    }

    private void End(Guid session)
    {
        foreach (var connection in rooms.Node.Connections.All)
            if (connection.Caller?.SessionId == session)
                rooms.Node.Own(DemoteAsync(connection, Error.InvalidToken, CancellationToken.None));
    }

    private async Task AskStoreAsync(CancellationToken ct)
    {
        var open = rooms.Node.Connections.All.Where(connection => connection.Caller is not null).ToList();
        if (open.Count == 0)
            return;
        try
        {
            var invalid = await sessions.InvalidAsync([.. open.Select(connection => connection.Caller!).Distinct()], ct);
            foreach (var (caller, error) in invalid)
                foreach (var connection in open.Where(connection => connection.Caller == caller))
                    await DemoteAsync(connection, error, ct);
            foreach (var connection in open)
                if (connection.Caller is { } caller && await events.RoleAsync(connection.Feed.Id, caller, ct) is null)
                    connection.Close(CloseCode.Forbidden, Error.NotParticipant.Code);
        }
        catch (StoreUnavailableException)
        {
            // Asked again in half a minute; who may write is checked at each comment anyway.
        }
    }

    private async Task DemoteAsync(Connection connection, Error error, CancellationToken ct)
    {
        connection.Authenticate(null);
        connection.Send(StreamMessages.Problem(null, error, null, null), always: true);
        if (await events.RoleAsync(connection.Feed.Id, null, ct) is null)
            connection.Close(CloseCode.Unauthorized, error.Code);
    }
}
