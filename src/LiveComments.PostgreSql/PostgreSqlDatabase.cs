using System.Diagnostics.Metrics;
using LiveComments.Stores;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>
/// The connections of this node to the database. A caller is answered within <see cref="PostgreSqlOptions.Timeout"/> whatever the server and the network do: a call whose time is up is left
/// behind, and its connection is broken.
/// </summary>
internal sealed class PostgreSqlDatabase : IStoreHealth, IAsyncDisposable
{
    /// <summary>While writes fail and nobody writes, a test write runs this often, so that the end of the failure is noticed and logged.</summary>
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    /// <summary>Tries of a transaction that others were in the way of.</summary>
    private const int Tries = 3;

    private readonly PostgreSqlOptions _options;
    private readonly NpgsqlDataSource _source, _old;
    private readonly PostgreSqlHealth _health;
    private readonly PostgreSqlMetrics _metrics;
    private readonly CancellationTokenSource _closing = new();
    private Task _recovery = Task.CompletedTask, _standbys = Task.CompletedTask;
    private int _calls;

    private PostgreSqlDatabase(PostgreSqlOptions options, NpgsqlDataSource source, NpgsqlDataSource old, ILogger log, IMeterFactory? meters)
    {
        _options = options;
        (_source, _old) = (source, old);
        _health = new PostgreSqlHealth(log);
        _metrics = new PostgreSqlMetrics(meters, options, () => Volatile.Read(ref _calls), _health.Has);
    }

    public StoreFault? Fault => _health.Worst;

    public PostgreSqlOptions Options => _options;

    /// <summary>Connects, and creates or migrates the schema.</summary>
    /// <param name="meters">Null where nobody measures, as in a command.</param>
    /// <exception cref="StoreUnavailableException">The server cannot be reached or refuses this program, or the schema is newer than this program.</exception>
    public static PostgreSqlDatabase Open(PostgreSqlOptions options, ILogger log, IMeterFactory? meters = null)
    {
        var (source, old) = ConnectionSettings.CreateSources(options);
        try
        {
            using var connection = source.OpenConnection();
            PostgreSqlSchema.Migrate(connection, options);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            source.Dispose();
            throw new StoreUnavailableException($"The database of LiveComments:PostgreSql:ConnectionString cannot be opened: {e.Message}", inner: e);
        }
        catch
        {
            source.Dispose();
            throw;
        }
        var database = new PostgreSqlDatabase(options, source, old, log, meters);
        database._recovery = database.NoticeRecoveryAsync(database._closing.Token);
        if (meters is not null)
            database._standbys = StandbyWatch.RunAsync(database, database._metrics, database._closing.Token);
        return database;
    }

    /// <summary>Runs work that only reads.</summary>
    public Task<T> ReadAsync<T>(Func<StoreCall, Task<T>> work, CancellationToken ct) => RunAsync(work, new StoreCall(writes: false, _options.Timeout), _options.Timeout, ct);

    /// <summary>Runs work that only reads, and may read what a standby has: see <see cref="PostgreSqlOptions.ListsFromStandby"/>.</summary>
    public Task<T> ReadOldAsync<T>(Func<StoreCall, Task<T>> work, CancellationToken ct) => RunAsync(work, new StoreCall(writes: false, _options.Timeout, mayBeOld: true), _options.Timeout, ct);

    /// <summary>Runs work that writes, and returns when it is committed and flushed. It may run more than once, so it must change nothing but the database.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was done or, with OutcomeUnknown, nobody can tell.</exception>
    public Task<T> WriteAsync<T>(Func<StoreCall, Task<T>> work, CancellationToken ct) => RunAsync(work, new StoreCall(writes: true, _options.Timeout), _options.Timeout, ct);

    /// <summary>The same in less time than the usual limit.</summary>
    public Task<T> WriteAsync<T>(Func<StoreCall, Task<T>> work, TimeSpan limit, CancellationToken ct) => RunAsync(work, new StoreCall(writes: true, limit), limit, ct);

    /// <summary>The rows of one statement that only reads.</summary>
    public Task<List<T>> QueryAsync<T>(string sql, Action<NpgsqlBatchCommand> bind, Func<NpgsqlDataReader, T> row, CancellationToken ct) => ReadAsync(async call =>
    {
        await using var batch = call.Batch();
        bind(batch.Add(sql));
        return await call.QueryAsync(batch, row);
    }, ct);

    /// <summary>One statement that writes; how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, Action<NpgsqlBatchCommand> bind, CancellationToken ct) => WriteAsync(async call =>
    {
        await using var batch = call.Batch();
        bind(batch.Add(sql));
        return await call.ExecuteAsync(batch);
    }, ct);

    /// <summary>Closes the connections. A container does it once for each seam that this is registered as.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _recovery;
        await _standbys;
        await _source.DisposeAsync();
        _metrics.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<StoreCall, Task<T>> work, StoreCall call, TimeSpan limit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _calls) > _options.Calls)
        {
            Interlocked.Decrement(ref _calls);
            throw new StoreUnavailableException("The store has as much work waiting as it takes.");
        }
        var running = ExecuteAsync(call, work);
        try
        {
            return await running.WaitAsync(limit, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // It ended at the same moment.
            if (running.IsCompleted)
                return await running;
            if (call.TryAbandon())
            {
                call.Break();
                ct.ThrowIfCancellationRequested();
                throw Late("The store did not answer in time; nothing was done.", outcomeUnknown: false, call, e);
            }
        }
        // Its outcome is known only when it ends, even if the caller has given up.
        try
        {
            return await running.WaitAsync(ct.IsCancellationRequested ? limit : TimeSpan.Zero, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            if (running.IsCompleted)
                return await running;
            call.Break();
            throw Late("The store did not answer in time.", call.Writes, call, e);
        }
    }

    private StoreUnavailableException Late(string message, bool outcomeUnknown, StoreCall call, Exception e)
    {
        var failure = e as TimeoutException ?? new TimeoutException(message, e);
        _health.Failed(failure, call.Writes);
        _metrics.Failed();
        return new StoreUnavailableException(message, outcomeUnknown, e);
    }

    /// <summary>Runs a call to its end, also when nobody waits for it any more.</summary>
    private async Task<T> ExecuteAsync<T>(StoreCall call, Func<StoreCall, Task<T>> work)
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await TryAsync(call, work);
                }
                catch (PostgresException e) when (StoreFailures.IsWorthAnotherTry(e) && tries < Tries && call.TryAgain())
                {
                    _metrics.Failed();
                }
            }
        }
        catch (Exception e) when (!StoreFailures.IsMistake(e))
        {
            _health.Failed(e, call.Writes);
            _metrics.Failed();
            throw new StoreUnavailableException($"The database did not take it: {e.Message}", call.Writes && call.MayBeCommitted && !StoreFailures.LeftNothing(e), e);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
            call.Dispose();
        }
    }

    private async Task<T> TryAsync<T>(StoreCall call, Func<StoreCall, Task<T>> work)
    {
        await using var connection = await (call.MayBeOld ? _old : _source).OpenConnectionAsync(call.Token);
        call.Connection = connection;
        var started = PostgreSqlMetrics.Now;
        var result = await work(call);
        if (call.MayBeCommitted)
        {
            _metrics.Committed(started, call.Rows);
            _health.Committed();
        }
        return result;
    }

    /// <summary>Without traffic a recovered database would stay unnoticed, and traffic may be kept away because of the failure.</summary>
    private async Task NoticeRecoveryAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(RetryEvery, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (_health.TakesWrites)
                    continue;
                try
                {
                    await WriteAsync(async call =>
                    {
                        await using var batch = call.Batch();
                        batch.Add(PostgreSqlEventCatalog.Touch);
                        return await call.ExecuteAsync(batch);
                    }, ct);
                }
                catch (StoreUnavailableException)
                {
                    // Not yet.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The database is closed.
        }
    }
}
