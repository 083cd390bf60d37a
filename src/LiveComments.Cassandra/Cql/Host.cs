using System.Net;
using Microsoft.Extensions.Logging;

namespace LiveComments.Cassandra.Cql;

/// <summary>A node and the connections to it, each of which is opened again whenever it is lost.</summary>
internal sealed partial class Host : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>A connection is asked for nothing so often, so that one that nobody uses and that no longer works is noticed.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConnectionSettings _settings;
    private readonly ILogger _log;
    private readonly Connection?[] _connections;
    private readonly Task[] _keeping;

    public Host(EndPoint endPoint, int connections, ConnectionSettings settings, ILogger log)
    {
        (EndPoint, _settings, _log) = (endPoint, settings, log);
        Window = new Window(connections * settings.Streams, settings.Time);
        _connections = new Connection?[connections];
        _keeping = [.. Enumerable.Range(0, connections).Select(KeepAsync)];
    }

    public EndPoint EndPoint { get; }

    public Window Window { get; }

    /// <summary>The connection with the fewest requests under way; null when none is open.</summary>
    public Connection? Pick()
    {
        Connection? best = null;
        foreach (var slot in _connections)
            if (slot is { Closed.IsCompleted: false } connection && (best is null || connection.InFlight < best.InFlight))
                best = connection;
        return best;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_keeping);
        _stop.Dispose();
    }

    private async Task KeepAsync(int slot)
    {
        await Task.Yield();
        for (var pause = FirstPause; !_stop.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await using var connection = await Connection.OpenAsync(EndPoint, _settings, null, _stop.Token);
                _connections[slot] = connection;
                pause = FirstPause;
                if (slot == 0)
                    LogConnected(_log, EndPoint);
                await StayAsync(connection);
                if (slot == 0)
                    LogLost(_log, EndPoint);
            }
            catch (CqlException e)
            {
                if (slot == 0 && pause == FirstPause)
                    LogAway(_log, EndPoint, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                _connections[slot] = null;
            }
            await Task.Delay(pause, _settings.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when the connection is of no use any more.</summary>
    private async Task StayAsync(Connection connection)
    {
        while (true)
        {
            try
            {
                await connection.Closed.WaitAsync(Heartbeat, _settings.Time, _stop.Token);
                return;
            }
            catch (TimeoutException)
            {
                await connection.SendAsync(Requests.Options, _settings.Timeout, _stop.Token);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to Cassandra at {EndPoint}")]
    private static partial void LogConnected(ILogger log, EndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to Cassandra at {EndPoint} is lost")]
    private static partial void LogLost(ILogger log, EndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cassandra at {EndPoint} cannot be reached: {Reason}")]
    private static partial void LogAway(ILogger log, EndPoint endPoint, string reason);
}
