using System.Globalization;
using System.Net;

namespace LiveComments.Cassandra.Cql;

/// <summary>The connection that tells which nodes there are, and when that changes.</summary>
internal sealed class Control : IAsyncDisposable
{
    private const string Local = "SELECT data_center, tokens, rpc_address FROM system.local", Peers = "SELECT data_center, tokens, rpc_address, peer FROM system.peers";

    private readonly Connection _connection;
    private readonly EndPoint _endPoint;
    private readonly TimeSpan _timeout;
    private readonly SemaphoreSlim _changes;

    private Control(Connection connection, EndPoint endPoint, TimeSpan timeout, SemaphoreSlim changes) => (_connection, _endPoint, _timeout, _changes) = (connection, endPoint, timeout, changes);

    /// <summary>Connects to the first of these that answers.</summary>
    /// <exception cref="CqlException">None does: what the last one failed with.</exception>
    public static async Task<Control> OpenAsync(IEnumerable<EndPoint> endPoints, ConnectionSettings settings, CancellationToken ct)
    {
        var last = new CqlException(CqlFailure.NotSent, "No node of Cassandra is known.");
        foreach (var endPoint in endPoints)
            try
            {
                // Released for the first change; later ones are the same news until it is read.
                var changes = new SemaphoreSlim(0);
                var connection = await Connection.OpenAsync(endPoint, settings, () => changes.Release(), ct);
                try
                {
                    Responses.Expect(await connection.SendAsync(Requests.Register, settings.Timeout, ct), Opcode.Ready);
                    return new Control(connection, endPoint, settings.Timeout, changes);
                }
                catch
                {
                    await connection.DisposeAsync();
                    throw;
                }
            }
            catch (CqlException e)
            {
                last = e;
            }
        throw last;
    }

    /// <summary>Every node that clients may connect to; the one that was asked comes first.</summary>
    /// <exception cref="CqlException"/>
    public async Task<IReadOnlyList<RingNode>> NodesAsync(CancellationToken ct)
    {
        var port = _endPoint is DnsEndPoint name ? name.Port : ((IPEndPoint)_endPoint).Port;
        var local = await AskAsync(Local, ct);
        var nodes = new List<RingNode>();
        if (local.Count > 0)
            nodes.Add(new RingNode(Address(local[0], port, null) ?? _endPoint, local[0].GetString(0), Tokens(local[0])));
        foreach (var peer in (await AskAsync(Peers, ct)).Rows)
            // A node that is joining or leaving has rows that are not complete.
            if (!peer.IsNull(0) && !peer.IsNull(1) && Address(peer, port, 3) is { } address)
                nodes.Add(new RingNode(address, peer.GetString(0), Tokens(peer)));
        return nodes;
    }

    /// <summary>Waits until the nodes have changed, the connection is lost, or for as long as given.</summary>
    /// <returns>False when the connection is lost.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var change = _changes.WaitAsync(stop.Token);
        await Task.WhenAny(_connection.Closed, change, Task.Delay(longest, time, stop.Token));
        await stop.CancelAsync();
        await ((Task)change).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_changes.Wait(0, CancellationToken.None))
        {
            // All of these are told by one look at the nodes.
        }
        return !_connection.Closed.IsCompleted;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _changes.Dispose();
    }

    private async Task<RowSet> AskAsync(string cql, CancellationToken ct) => Responses.Rows(await _connection.SendAsync(Requests.Query(cql, Consistency.One), _timeout, ct));

    /// <summary>Where clients connect to. A node that listens everywhere says 0.0.0.0; then its address among the nodes is taken.</summary>
    private static IPEndPoint? Address(Row node, int port, int? peer)
    {
        if (node.IsNull(2))
            return null;
        var address = node.GetAddress(2);
        return !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(address, port)
            : peer is { } column ? new IPEndPoint(node.GetAddress(column), port) : null;
    }

    private static List<long> Tokens(Row node)
    {
        var tokens = new List<long>();
        foreach (var text in node.GetStrings(1))
            // Another partitioner has other tokens; then partitions are asked for anywhere.
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var token))
                tokens.Add(token);
        return tokens;
    }
}
