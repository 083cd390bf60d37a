using System.Net;
using System.Net.Sockets;
using LiveComments.Server.Http;
using LiveComments.Server.Startup;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Connections;

/// <summary>
/// Bounds the server's connections. Each is an open file, and a process that cannot open files cannot load libraries and dies, so the gate stays below the process's file limit.
/// </summary>
/// <remarks>
/// A connection beyond the limit, or from an address with too many, is still accepted for one request. It is answered with the error, or with health and metrics, which operators need most
/// when the server is full. Few of these are open at a time, and a new one cuts the oldest, so that silent clients cannot lock an operator out.
/// </remarks>
internal sealed partial class ConnectionGate
{
    /// <summary>Connections that are turned away at a time. A request is answered long before this many others have come after it.</summary>
    private const int TurnedAwayAtATime = 48;

    /// <summary>Connections that are being closed, whose files are still open.</summary>
    private const int ClosingAtATime = 16;

    /// <summary>
    /// Files that others may open later: libraries that are loaded when they are first needed (two files each), the store's, and connections to issuers of tokens and collectors of metrics, with the
    /// look-ups of their names.
    /// </summary>
    private const int KeptForOthers = 128;

    private readonly AddressLimits _addresses;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _places;
    private readonly GatedConnection?[] _turnedAway = new GatedConnection?[TurnedAwayAtATime];
    private int _nextTurnedAway;
    private int _open;

    /// <param name="streams">Streams that may be open; each is a connection, and so is each request that is worked on.</param>
    /// <exception cref="CommandException">The process may have too few files open.</exception>
    public ConnectionGate(AddressLimits addresses, int streams, IOptions<RequestLimitOptions> requests, ILogger<ConnectionGate> log)
    {
        (_addresses, _log) = (addresses, log);
        Most = streams + requests.Value.Concurrent;
        if (OpenFiles.Limit is { } limit)
        {
            var room = (int)Math.Min(Most, limit - OpenFiles.InUse - KeptForOthers - TurnedAwayAtATime - ClosingAtATime);
            if (room < 1)
                throw new CommandException(OpenFiles.TooFew(limit));
            if (room < streams)
                LogFewFiles(log, room, limit, streams);
            Most = room;
        }
        _places = new SemaphoreSlim(Most + TurnedAwayAtATime + ClosingAtATime);
    }

    /// <summary>Connections that are served.</summary>
    public int Most { get; }

    /// <summary>Waits until another connection may be accepted. This waits only while others are being closed. The caller then calls <see cref="Admit"/>, or <see cref="GiveBackPlace"/> when it accepted none.</summary>
    public Task WaitForPlaceAsync(CancellationToken ct) => _places.WaitAsync(ct);

    public void GiveBackPlace() => _places.Release();

    /// <summary>Decides whether an accepted connection is served or turned away.</summary>
    public ConnectionContext Admit(ConnectionContext accepted)
    {
        IDisposable? place = null;
        var error = !TryServe() ? Error.Busy
            : !_addresses.TryOpenConnection((accepted.RemoteEndPoint as IPEndPoint)?.Address, out place) ? Error.RateLimited
            : null;
        if (error == Error.RateLimited)
            Interlocked.Decrement(ref _open);
        var connection = new GatedConnection(this, accepted, error is null, place);
        if (error is not null)
        {
            connection.Features.Set(new ConnectionRefusal(error));
            ref var slot = ref _turnedAway[(uint)Interlocked.Increment(ref _nextTurnedAway) % TurnedAwayAtATime];
            Interlocked.Exchange(ref slot, connection)?.Abort(new ConnectionAbortedException("Another connection is to be told that there is no room."));
        }
        return connection;
    }

    /// <summary>A connection has been closed.</summary>
    public void Closed(GatedConnection connection, bool wasServed)
    {
        if (wasServed)
            Interlocked.Decrement(ref _open);
        else
            for (var i = 0; i < _turnedAway.Length; i++)
                Interlocked.CompareExchange(ref _turnedAway[i], null, connection);
        GiveBackPlace();
    }

    /// <summary>Accepting failed because this process or the machine lacks files or memory.</summary>
    public void Starved(SocketError error) => LogStarved(_log, error);

    private bool TryServe()
    {
        if (Interlocked.Increment(ref _open) <= Most)
            return true;
        Interlocked.Decrement(ref _open);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "At most {Most} connections at a time, because this process may have {Limit} files open; LiveComments:Stream:MaxConnections is {Streams}. Raise the limit (ulimit -n, or LimitNOFILE= of a systemd unit)")]
    private static partial void LogFewFiles(ILogger log, int most, long limit, int streams);

    [LoggerMessage(Level = LogLevel.Error, Message = "No connection can be accepted: {Error}. Tried again ten times a second")]
    private static partial void LogStarved(ILogger log, SocketError error);
}
