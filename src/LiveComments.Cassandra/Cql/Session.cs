using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace LiveComments.Cassandra.Cql;

/// <summary>Asks Cassandra: prepares what it is asked, finds the node that has the partition, and asks another where that is exact.</summary>
internal sealed partial class Session : IAsyncDisposable
{
    /// <summary>The nodes are looked at so often, should the news of a change be lost.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>A node that is told of as up takes connections a moment later (native protocol v4, 4.2.6).</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>A node is slow that has not answered after this part of the time that a request has.</summary>
    private const int SlowShare = 10;

    /// <summary>Requests that a second node may do beside a slow one.</summary>
    private const int MostBeside = 64;

    /// <summary>A connection that others have filled has room again in a moment: so often it is looked for.</summary>
    private const int MostTries = 50;

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<EndPoint, Host> _hosts = [];
    private readonly SessionSettings _settings;
    private readonly ILogger _log;
    private volatile Ring _ring;
    private string _dataCenter;
    private Task _watching = Task.CompletedTask;
    private int _beside;

    private Session(SessionSettings settings, ILogger log)
    {
        (_settings, _log, _dataCenter) = (settings, log, settings.DataCenter);
        _ring = new Ring([], _hosts);
    }

    /// <summary>Connects to the first contact point that answers, and by it to the others.</summary>
    /// <exception cref="CqlException">None answers, or the data centre has no node.</exception>
    public static async Task<Session> OpenAsync(SessionSettings settings, ILogger log, CancellationToken ct)
    {
        var session = new Session(settings, log);
        try
        {
            var control = await Control.OpenAsync(settings.ContactPoints, settings.Connection, ct);
            try
            {
                await session.LookAsync(control, ct);
            }
            catch
            {
                await control.DisposeAsync();
                throw;
            }
            session._watching = session.WatchAsync(control);
            await session.ConnectedAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether every node that is known can be asked.</summary>
    public bool IsComplete => _ring.For(null).All(host => host.Pick() is not null);

    /// <summary>Requests that may be under way to the node that takes the fewest; 0 without nodes.</summary>
    public int Window => _ring.For(null).Select(host => host.Window.Size).DefaultIfEmpty().Min();

    /// <summary>The time that a request has, with all its tries.</summary>
    private TimeSpan Timeout => _settings.Connection.Timeout;

    private TimeProvider Time => _settings.Connection.Time;

    /// <exception cref="CqlException"/>
    public Task<RowSet> ExecuteAsync(Bound bound, CancellationToken ct) => PageAsync(bound, null, ct);

    /// <summary>All rows, page by page.</summary>
    /// <exception cref="CqlException"/>
    public async IAsyncEnumerable<Row> RowsAsync(Bound bound, [EnumeratorCancellation] CancellationToken ct)
    {
        byte[]? next = null;
        do
        {
            var page = await PageAsync(bound, next, ct);
            foreach (var row in page.Rows)
                yield return row;
            next = page.Next;
        }
        while (next is not null);
    }

    /// <summary>Writes all of these at once. They are of one partition; the first says how consistent the write is and whether it may be repeated.</summary>
    /// <exception cref="CqlException"/>
    public async Task<RowSet> BatchAsync(IReadOnlyList<Bound> parts, CancellationToken ct)
    {
        var values = new List<byte[]?[]>(parts.Count);
        foreach (var part in parts)
            values.Add((await PrepareAsync(part.Statement, ct)).Bind(part.Values));
        var first = parts[0].Statement;
        return await AskAsync(first, first.Prepared!.TokenOf(values[0]), first.IsRepeatable,
            (connection, timeout) => RunAsync(connection, () => Requests.Batch([.. parts.Select((part, i) => (part.Statement, part.Statement.Prepared!, values[i]))]), [.. parts.Select(part => part.Statement).Distinct()], timeout, ct), ct);
    }

    /// <summary>A statement that is used once, without values: of schemas. Any node does it, and only one is asked.</summary>
    /// <exception cref="CqlException"/>
    public Task<RowSet> RunAsync(string cql, Consistency consistency, TimeSpan timeout, CancellationToken ct) =>
        AskAsync(null, null, false, async (connection, _) => Responses.Rows(await connection.SendAsync(Requests.Query(cql, consistency), timeout, ct)), ct);

    /// <summary>Whether all nodes have the same schema, as far as the asked one knows: of a node that is down it knows what was so before.</summary>
    /// <exception cref="CqlException"/>
    public Task<bool> AgreesAsync(CancellationToken ct) => AskAsync(null, null, true, async (connection, timeout) =>
    {
        const string local = "SELECT schema_version FROM system.local", peers = "SELECT schema_version FROM system.peers";
        var mine = Responses.Rows(await connection.SendAsync(Requests.Query(local, Consistency.One), timeout, ct))[0].GetGuid(0);
        var theirs = Responses.Rows(await connection.SendAsync(Requests.Query(peers, Consistency.One), timeout, ct));
        return theirs.Rows.All(peer => peer.GetGuidOrNull(0) == mine);
    }, ct);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        foreach (var host in _hosts.Values)
            await host.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<RowSet> PageAsync(Bound bound, byte[]? page, CancellationToken ct)
    {
        var statement = bound.Statement;
        var prepared = await PrepareAsync(statement, ct);
        var values = prepared.Bind(bound.Values);
        return await AskAsync(statement, prepared.TokenOf(values), statement.IsRepeatable,
            (connection, timeout) => RunAsync(connection, () => Requests.Execute(statement, statement.Prepared!, values, page), [statement], timeout, ct), ct);
    }

    private async Task<Prepared> PrepareAsync(Statement statement, CancellationToken ct) =>
        statement.Prepared ??= await AskAsync(null, null, true, (connection, timeout) => PrepareAsync(connection, statement, timeout, ct), ct);

    private static async Task<Prepared> PrepareAsync(Connection connection, Statement statement, TimeSpan timeout, CancellationToken ct) =>
        Responses.Prepared(await connection.SendAsync(Requests.Prepare(statement.Cql), timeout, ct));

    /// <summary>
    /// Runs prepared statements on one node, which may have to be told of them first: it was started again, or never saw them. It then has done nothing of them. A node that is told by several at the same moment may
    /// forget it once more.
    /// </summary>
    private static async Task<RowSet> RunAsync(Connection connection, Func<ReadOnlyMemory<byte>> request, IReadOnlyList<Statement> statements, TimeSpan timeout, CancellationToken ct)
    {
        for (var left = statements.Count * 4; ; left--)
            try
            {
                return Responses.Rows(await connection.SendAsync(request(), timeout, ct));
            }
            catch (CqlException e) when (e.Failure == CqlFailure.Unprepared && left > 0)
            {
                foreach (var statement in statements.Where(statement => statement.Prepared!.Id.AsSpan().SequenceEqual(e.StatementId)))
                    try
                    {
                        statement.Prepared = await PrepareAsync(connection, statement, timeout, ct);
                    }
                    catch (CqlException preparing) when (preparing.MayHaveHappened)
                    {
                        throw new CqlException(CqlFailure.NotSent, "A node did not prepare a statement.", preparing);
                    }
            }
    }

    /// <summary>
    /// Asks nodes one after the other while that is exact: as long as nothing was sent, and of what may be repeated after any failure that passes. What may be repeated has half of its time for the first try, and another node
    /// is asked beside the first when that is slow.
    /// </summary>
    /// <param name="statement">For metrics; null of what is not counted.</param>
    private async Task<T> AskAsync<T>(Statement? statement, long? token, bool isRepeatable, Func<Connection, TimeSpan, Task<T>> ask, CancellationToken ct)
    {
        var (started, ring, metrics) = (Time.GetTimestamp(), _ring, statement is null ? null : _settings.Metrics);
        using var hosts = ring.For(token).GetEnumerator();
        CqlException? last = null;
        var (current, beside) = (Next(isRepeatable && ring.Count > 1), (Task<T>?)null);
        while (current is not null)
            try
            {
                if (beside is null && isRepeatable && ring.Count > 1 && await IsSlowAsync(current))
                    beside = Beside();
                if (beside is not null)
                    await Task.WhenAny(current, beside);
                if (beside is { IsCompletedSuccessfully: true } && !current.IsCompletedSuccessfully)
                    (current, beside) = (beside, current);
                var answer = await current;
                if (beside is not null)
                    Forget(beside);
                metrics?.Answered(statement!.Name, statement.Serial is not null, Time.GetElapsedTime(started));
                return answer;
            }
            catch (CqlException e) when (isRepeatable ? e.IsPassing : e.Failure == CqlFailure.NotSent)
            {
                last = e;
                if (beside is null && (current = Next(false)) is not null)
                    metrics?.Repeated(statement!.Name);
                else if (beside is not null)
                    (current, beside) = (beside, null);
            }
            catch (CqlException e)
            {
                if (beside is not null)
                    Forget(beside);
                metrics?.Failed(statement!.Name, statement.Serial is not null, e);
                throw;
            }
        last ??= new CqlException(CqlFailure.NotSent, "No node of Cassandra is connected.");
        metrics?.Failed(statement!.Name, statement.Serial is not null, last);
        throw last;

        // Null when no node is left, or no time.
        Task<T>? Next(bool hasHalf)
        {
            var left = Timeout - Time.GetElapsedTime(started);
            while (left > TimeSpan.Zero && hosts.MoveNext())
                if (hosts.Current.Pick() is not null)
                    return AskAsync(hosts.Current, hasHalf ? left / 2 : left, ask, ct);
            return null;
        }

        // Null when many wait so already: where all nodes are slow, asking twice makes them slower.
        Task<T>? Beside()
        {
            if (Interlocked.Increment(ref _beside) <= MostBeside && Next(false) is { } other)
            {
                metrics?.AskedBeside(statement!.Name);
                _ = other.ContinueWith(static (_, session) => Interlocked.Decrement(ref ((Session)session!)._beside), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return other;
            }
            Interlocked.Decrement(ref _beside);
            return null;
        }

        async Task<bool> IsSlowAsync(Task asked)
        {
            await asked.WaitAsync(Timeout / SlowShare, Time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !asked.IsCompleted;
        }
    }

    /// <summary>Nobody wants to know how it ends.</summary>
    private static void Forget(Task asked) => _ = asked.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Asks one node, when it takes another request.</summary>
    private async Task<T> AskAsync<T>(Host host, TimeSpan timeout, Func<Connection, TimeSpan, Task<T>> ask, CancellationToken ct)
    {
        var entered = Time.GetTimestamp();
        await host.Window.EnterAsync(timeout, ct);
        bool? isTooMuch = null;
        try
        {
            T answer;
            for (var tries = 0; ; tries++)
            {
                var left = timeout - Time.GetElapsedTime(entered);
                if (left <= TimeSpan.Zero)
                    throw new CqlException(CqlFailure.NotSent, "It was too late to ask.");
                // Only now: the connection that had the fewest requests may be full after waiting, and others choose it at the same moment.
                var connection = host.Pick() ?? throw new CqlException(CqlFailure.NotSent, "The connection was lost while others were asked for.");
                try
                {
                    answer = await ask(connection, left);
                    break;
                }
                catch (CqlException e) when (e.Failure == CqlFailure.NotSent && tries < MostTries)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), Time, ct);
                }
            }
            isTooMuch = false;
            return answer;
        }
        catch (CqlException e)
        {
            isTooMuch = e.IsTooMuch ? true : null;
            throw;
        }
        finally
        {
            host.Window.Leave(isTooMuch);
        }
    }

    /// <summary>Returns when a node can be asked.</summary>
    private async Task ConnectedAsync(CancellationToken ct)
    {
        var started = Time.GetTimestamp();
        while (_ring.For(null).All(host => host.Pick() is null))
        {
            if (Time.GetElapsedTime(started) > Timeout)
                throw new CqlException(CqlFailure.NotSent, $"No node of Cassandra in the data centre {_dataCenter} can be reached.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), Time, ct);
        }
    }

    /// <summary>Follows the changes among the nodes.</summary>
    private async Task WatchAsync(Control? control)
    {
        var isLost = false;
        while (!_stop.IsCancellationRequested)
            try
            {
                control ??= await Control.OpenAsync(_hosts.Keys.Concat(_settings.ContactPoints).Distinct().ToList(), _settings.Connection, _stop.Token);
                isLost = false;
                var isOpen = await control.WaitAsync(Look, Time, _stop.Token);
                await Task.Delay(Settle, Time, _stop.Token);
                if (isOpen)
                    await LookAsync(control, _stop.Token);
                else
                    control = await GiveUpAsync(control);
            }
            catch (CqlException e)
            {
                if (!isLost)
                    LogNoControl(_log, e.Message);
                isLost = true;
                control = await GiveUpAsync(control);
                await Task.Delay(Settle, Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        await GiveUpAsync(control);
    }

    private static async Task<Control?> GiveUpAsync(Control? control)
    {
        if (control is not null)
            await control.DisposeAsync();
        return null;
    }

    /// <summary>Asks which nodes there are, connects to those that are new and leaves those that are gone.</summary>
    private async Task LookAsync(Control control, CancellationToken ct)
    {
        var nodes = await control.NodesAsync(ct);
        if (_dataCenter.Length == 0 && nodes.Count > 0)
            _dataCenter = nodes[0].DataCenter;
        var ours = nodes.Where(node => node.DataCenter == _dataCenter).DistinctBy(node => node.EndPoint).ToList();
        if (ours.Count == 0)
            throw new CqlException(CqlFailure.NotSent, $"Cassandra has no node in the data centre {_dataCenter}; it has {string.Join(", ", nodes.Select(node => node.DataCenter).Distinct())}.");
        foreach (var node in ours)
            if (!_hosts.ContainsKey(node.EndPoint))
                _hosts.Add(node.EndPoint, new Host(node.EndPoint, _settings.Connections, _settings.Connection, _log));
        _ring = new Ring(ours, _hosts);
        foreach (var gone in _hosts.Keys.Except(ours.Select(node => node.EndPoint)).ToList())
        {
            _hosts.Remove(gone, out var host);
            await host!.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody tells which nodes Cassandra has: {Reason}")]
    private static partial void LogNoControl(ILogger log, string reason);
}
