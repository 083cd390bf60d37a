using LiveComments.Cassandra.Cql;
using Microsoft.Extensions.Logging;

namespace LiveComments.Cassandra;

/// <summary>The keyspace of this program, opened when it is first needed and, if that fails, when it is needed again.</summary>
/// <param name="metrics">Null where nobody measures.</param>
internal sealed partial class CassandraDatabase(CassandraOptions options, ILogger log, TimeProvider time, CqlMetrics? metrics = null) : IExternalHealth, IAsyncDisposable
{
    private const string NotAnswering = "Cassandra does not answer or refuses: comments and reactions are neither taken nor shown.", NotReady = "The keyspace in Cassandra is not as it should be; the log says why.";

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ChangeNotes _notes = new(time);
    private Task<Session>? _opening;
    private volatile string? _fault;
    private int _disposals;

    public string? Fault => _fault;

    public CassandraOptions Options => options;

    public LogTables Logs { get; } = new(options.Keyspace);

    public ReactionTables Reactions { get; } = new(options.Keyspace);

    /// <summary>Asks about logs.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<T> AskLogsAsync<T>(Func<LogStore, Task<T>> call, bool writes, CancellationToken ct) =>
        AskAsync(session => call(new LogStore(session, Logs, options.BucketSize, options.KeysFor, _notes)), writes, ct);

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
            throw Away($"Cassandra is not connected: {e.Message}", mayHaveHappened: false, e);
        }
        catch (StoreUnavailableException e)
        {
            if (_fault != NotReady)
                LogNotReady(log, e.Message);
            _fault = NotReady;
            throw;
        }
        try
        {
            var answer = await call(session);
            _fault = null;
            return answer;
        }
        catch (CqlException e) when (!IsMistake(e))
        {
            throw Away($"Cassandra did not take it: {e.Message}", writes && e.MayHaveHappened, e);
        }
    }

    /// <summary>Closes the connections. A container does it once for each seam that this is registered as.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _disposals) > 1)
            return;
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
        var session = await Session.OpenAsync(ContactPoints.ToSettings(options, TimeProvider.System, metrics), log, _stop.Token);
        try
        {
            await CassandraSchema.ApplyAsync(session, options, _stop.Token);
            if (metrics is not null)
                metrics.Window = () => session.Window;
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private StoreUnavailableException Away(string text, bool mayHaveHappened, Exception e)
    {
        _fault = NotAnswering;
        return new StoreUnavailableException(text, mayHaveHappened, e);
    }

    /// <summary>A fault of this program, not of Cassandra.</summary>
    private static bool IsMistake(CqlException e) => e.Failure is CqlFailure.SyntaxError or CqlFailure.Invalid;

    [LoggerMessage(Level = LogLevel.Error, Message = "Cassandra cannot be used: {Reason}")]
    private static partial void LogNotReady(ILogger log, string reason);
}
