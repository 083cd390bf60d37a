using LiveComments.Cassandra.Cql;
using Microsoft.Extensions.Logging;

namespace LiveComments.Cassandra;

/// <summary>The keyspace of this program, opened when it is first needed and, if that fails, when it is needed again.</summary>
internal sealed class CassandraDatabase(CassandraOptions options, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<Session>? _opening;

    public CassandraOptions Options => options;

    public LogTables Logs { get; } = new(options.Keyspace);

    public ReactionTables Reactions { get; } = new(options.Keyspace);

    /// <summary>Asks about logs.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<T> AskLogsAsync<T>(Func<LogStore, Task<T>> call, bool writes, CancellationToken ct) =>
        AskAsync(session => call(new LogStore(session, Logs, options.BucketSize, options.KeysFor)), writes, ct);

    /// <summary>Asks about logs and the reactions to their comments.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<T> AskReactionsAsync<T>(Func<ReactionRows, Task<T>> call, bool writes, CancellationToken ct) => AskLogsAsync(store => call(new ReactionRows(store, Reactions)), writes, ct);

    /// <summary>Asks Cassandra something.</summary>
    /// <param name="writes">Whether a failure may leave something written.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async Task<T> AskAsync<T>(Func<Session, Task<T>> call, bool writes, CancellationToken ct)
    {
        Session session;
        try
        {
            session = await OpenAsync().WaitAsync(options.Timeout, TimeProvider.System, ct);
        }
        catch (Exception e) when (e is TimeoutException or CqlException)
        {
            throw new StoreUnavailableException($"Cassandra is not connected: {e.Message}", inner: e);
        }
        try
        {
            return await call(session);
        }
        catch (CqlException e) when (!IsMistake(e))
        {
            throw new StoreUnavailableException($"Cassandra did not take it: {e.Message}", writes && e.MayHaveHappened, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task<Session>? opening;
        lock (_gate)
            opening = _opening;
        if (opening is not null)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
                await (await opening).DisposeAsync();
        }
        _stop.Dispose();
    }

    private Task<Session> OpenAsync()
    {
        lock (_gate)
            return _opening is null or { IsFaulted: true } ? _opening = OpenNewAsync() : _opening;
    }

    private async Task<Session> OpenNewAsync()
    {
        await Task.Yield();
        var session = await Session.OpenAsync(ContactPoints.ToSettings(options, TimeProvider.System), log, _stop.Token);
        try
        {
            await CassandraSchema.ApplyAsync(session, options, _stop.Token);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A fault of this program, not of Cassandra.</summary>
    private static bool IsMistake(CqlException e) => e.Failure is CqlFailure.SyntaxError or CqlFailure.Invalid;
}
