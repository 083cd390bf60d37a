using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace LiveComments.Client.Streams;

/// <summary>Watches one event across any number of connections.</summary>
/// <param name="path">The stream, relative to the server's address.</param>
internal sealed class Watcher(Calls calls, TimeProvider time, string path, WatchOptions options)
{
    private readonly Backoff _backoff = new();

    /// <summary>Up to here everything was given. Null until it is known where the watching begins.</summary>
    private LogPosition? _position = options.After;

    /// <summary>The server wants it to come back after this time.</summary>
    private TimeSpan? _told;

    /// <summary>The present connection was greeted by the server.</summary>
    private bool _greeted;

    private bool _socketWorks, _eventsWork;

    /// <summary>When a token was renewed because the server refused one: if the next one is refused at once, there is no good one.</summary>
    private long? _renewedAt;

    public async IAsyncEnumerable<StreamMessage> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var transport = First();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            (_greeted, _told) = (false, null);
            var token = await TokenAsync(ct);
            var (connection, end) = await OpenAsync(transport, token.Value, token.Problem, ct);
            if (connection is not null)
            {
                await using (connection)
                {
                    StreamEnd? left = null;
                    while (left is null && await NextAsync(connection, ct) is { } message)
                    {
                        var (shown, stop) = Take(message, transport, token.Value);
                        left = stop;
                        if (shown is not null)
                            yield return shown;
                    }
                    end = left ?? connection.End;
                }
            }
            if (end!.Problem.Status == 401 && token.Value is not null && MayRenew)
            {
                var (isRenewed, notNow) = await RenewAsync(token.Value, ct);
                // Who has logged out watches on without a log-in, where everybody may.
                if (isRenewed || calls.Credentials.IsNobody)
                    continue;
                if (notNow is not null)
                    end = new StreamEnd(notNow);
            }
            // A WebSocket that never opened gives no reason: server-sent events work, or give one.
            if (transport == StreamTransport.WebSocket && !_greeted && _told is null && end.Problem.Status is 0 or >= 500)
            {
                transport = StreamTransport.ServerSentEvents;
                continue;
            }
            if (end.Problem.Status is >= 400 and < 500 and not (408 or 429))
                throw end.Problem;
            var wait = _told is { } told ? Backoff.Bounded(told) : _backoff.Next(end.Problem.RetryAfter);
            yield return new DisconnectedMessage { Code = end.Problem.Code, ComesBackIn = wait };
            await Task.Delay(wait, time, ct);
            transport = First();
        }
    }

    /// <summary>WebSockets first, unless they were never seen to work here and the other kind was.</summary>
    private StreamTransport First() => !options.WebSocket || (_eventsWork && !_socketWorks) ? StreamTransport.ServerSentEvents : StreamTransport.WebSocket;

    private bool MayRenew => _renewedAt is not { } at || time.GetElapsedTime(at) > Calls.AttemptTime;

    /// <summary>The token for the next connection, or why there is none for now.</summary>
    private async Task<(string? Value, LiveCommentsException? Problem)> TokenAsync(CancellationToken ct)
    {
        try
        {
            return (await calls.Credentials.TokenAsync(ct), null);
        }
        catch (LiveCommentsException problem) when (Calls.IsPassing(problem) || problem.Status == 429)
        {
            return (null, problem);
        }
    }

    /// <summary>Whether there is another token, or why the server cannot be asked for now.</summary>
    private async Task<(bool IsRenewed, LiveCommentsException? NotNow)> RenewAsync(string refused, CancellationToken ct)
    {
        try
        {
            var isRenewed = await calls.Credentials.RenewAsync(refused, ct);
            _renewedAt = time.GetTimestamp();
            return (isRenewed, null);
        }
        catch (LiveCommentsException problem) when (Calls.IsPassing(problem) || problem.Status == 429)
        {
            return (false, problem);
        }
    }

    private async Task<(IStreamConnection? Connection, StreamEnd? End)> OpenAsync(StreamTransport transport, string? token, LiveCommentsException? noToken, CancellationToken ct)
    {
        if (noToken is not null)
            return (null, new StreamEnd(noToken));
        using var patience = new CancellationTokenSource(Calls.AttemptTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return transport == StreamTransport.WebSocket
                ? (await SocketConnection.OpenAsync(Address(), token, calls, time, either.Token), null)
                : (await EventStreamConnection.OpenAsync(Address(), token, calls, time, either.Token), null);
        }
        catch (LiveCommentsException refused)
        {
            return (null, new StreamEnd(refused));
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (null, StreamEnd.Broken(e));
        }
    }

    private Uri Address()
    {
        var after = _position?.ToString() ?? (options.FromStart ? "start" : null);
        string?[] parameters = [after is null ? null : $"after={Uri.EscapeDataString(after)}", options.Everything ? "sample=off" : null];
        var query = string.Join('&', parameters.Where(parameter => parameter is not null));
        return new Uri(calls.Base, query.Length == 0 ? path : $"{path}?{query}");
    }

    /// <summary>The first message must come soon: a network may let a connection through and nothing on it.</summary>
    private async ValueTask<StreamMessage?> NextAsync(IStreamConnection connection, CancellationToken ct)
    {
        if (_greeted)
            return await connection.NextAsync(ct);
        using var patience = new CancellationTokenSource(Calls.AttemptTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await connection.NextAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>What the watcher's caller is shown, and why the connection is left although it is open; null for either when there is none.</returns>
    private (StreamMessage? Shown, StreamEnd? Left) Take(StreamMessage message, StreamTransport transport, string? token)
    {
        switch (message)
        {
            case HelloMessage hello:
                _greeted = true;
                _backoff.Reset();
                _socketWorks |= transport == StreamTransport.WebSocket;
                _eventsWork |= transport == StreamTransport.ServerSentEvents;
                // A stream that does not start where it was asked to says so with a reset, which has the position. Taking it from here would hide the reset if this connection broke before it.
                if (_position is null && !(options.FromStart && hello.Position.Seq > 0))
                    _position = hello.Position;
                return (hello with { Transport = transport }, null);
            case ResetMessage reset:
                _position = reset.Position;
                return (reset, null);
            case BatchMessage batch when _position is { } position && batch.To <= position.Seq:
                return (null, null);
            case BatchMessage batch when _position is { } position && batch.From == position.Seq + 1:
                _position = position with { Seq = batch.To };
                return (batch with { Position = _position.Value }, null);
            case BatchMessage:
                // The server never leaves a gap. If somebody in between does, the position tells the server what is missing.
                return (null, new StreamEnd(new LiveCommentsException(ClientCodes.UnexpectedAnswer, "A part of the stream is missing.")));
            case ByeMessage bye:
                _told = TimeSpan.FromMilliseconds(bye.ReconnectAfterMs);
                return (null, null);
            case ErrorMessage { Code: "token-expired" or "invalid-token" } over when token is not null && MayRenew && (calls.Credentials.CanRenew || calls.Credentials.IsNobody):
                return (over, new StreamEnd(new LiveCommentsException(over.Code, over.Text, 401)));
            default:
                return (message, null);
        }
    }
}
