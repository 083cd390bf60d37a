using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>
/// One database file: one writer thread that commits what everybody has waiting in one transaction (group commit), and a
/// bounded set of reader threads. The driver's asynchronous calls block, so none of this runs on the thread pool.
/// </summary>
internal sealed partial class SqliteDatabase : IAsyncDisposable
{
    private readonly SqliteOptions _options;
    private readonly ILogger _log;
    private readonly Channel<Work> _writes;
    private readonly Channel<Work> _reads;
    private readonly List<Thread> _threads = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    private SqliteDatabase(SqliteOptions options, ILogger log)
    {
        _options = options;
        _log = log;
        _writes = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.WriteQueue) { SingleReader = true });
        _reads = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.ReadQueue));
    }

    /// <summary>Opens the file, creates or migrates its schema and starts the threads.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be opened, is damaged, or is newer than this program.</exception>
    public static SqliteDatabase Open(SqliteOptions options, ILogger log)
    {
        Batteries_V2.Init();
        var database = new SqliteDatabase(options, log);
        var writer = database.Connect(readOnly: false);
        try
        {
            SqliteSchema.Migrate(writer, options);
        }
        catch (SqliteException e)
        {
            writer.Dispose();
            throw new StoreUnavailableException($"The database {options.Path} cannot be opened: {e.Message}", inner: e);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
        database.Start("sqlite-writer", () => database.WriteLoop(writer));
        for (var i = 0; i < options.Readers; i++)
            database.Start($"sqlite-reader-{i}", database.ReadLoop);
        return database;
    }

    /// <summary>Writes waiting for the writer.</summary>
    public int WritesWaiting => _writes.Reader.Count;

    /// <summary>
    /// Runs work on the writer inside the group's transaction and returns when it is committed and flushed. Work that throws
    /// is rolled back alone.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) => SubmitAsync(_writes, work, ct);

    /// <summary>Runs work on a reader, in a read transaction of its own.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) => SubmitAsync(_reads, work, ct);

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        _reads.Writer.TryComplete();
        await _stopped.Task;
    }

    private async Task<T> SubmitAsync<T>(Channel<Work> queue, Func<SqliteConnection, T> run, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var work = new Work<T>(run);
        if (!queue.Writer.TryWrite(work))
            throw new StoreUnavailableException("The store has as much work waiting as it takes.");
        try
        {
            return await work.Task.WaitAsync(_options.Timeout, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (work.TryCancel())
            {
                ct.ThrowIfCancellationRequested();
                throw new StoreUnavailableException("The store did not get to it in time; nothing was done.", inner: e);
            }
        }
        // It is being done: what becomes of it is known only when it is done, so it gets one more period.
        try
        {
            return await work.Task.WaitAsync(_options.Timeout, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException("The store hangs.", outcomeUnknown: true, e);
        }
    }

    private SqliteConnection Connect(bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _options.Path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.Configure(connection, readOnly);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new StoreUnavailableException($"The database {_options.Path} cannot be opened: {e.Message}", inner: e);
        }
    }

    private void Start(string name, Action loop)
    {
        _running++;
        var thread = new Thread(() =>
        {
            try
            {
                loop();
            }
            finally
            {
                if (Interlocked.Decrement(ref _running) == 0)
                    _stopped.TrySetResult();
            }
        })
        { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void WriteLoop(SqliteConnection connection)
    {
        var group = new List<Work>(_options.GroupCommit);
        SqliteConnection? open = connection;
        while (Wait(_writes.Reader))
        {
            group.Clear();
            while (group.Count < _options.GroupCommit && _writes.Reader.TryRead(out var work))
                if (work.TryStart())
                    group.Add(work);
            if (group.Count > 0)
                Commit(ref open, group);
        }
        open?.Dispose();
    }

    private void Commit(ref SqliteConnection? connection, List<Work> group)
    {
        var committing = false;
        try
        {
            connection ??= Connect(readOnly: false);
            connection.Execute("BEGIN IMMEDIATE");
            foreach (var work in group)
            {
                connection.Execute("SAVEPOINT work");
                if (!work.Run(connection))
                    connection.Execute("ROLLBACK TO work");
                connection.Execute("RELEASE work");
            }
            committing = true;
            connection.Execute("COMMIT");
            foreach (var work in group)
                work.Publish();
        }
        catch (Exception e)
        {
            LogWriteFailed(_log, e, group.Count);
            foreach (var work in group)
                work.Fail(new StoreUnavailableException($"The database did not take it: {e.Message}", committing && e is not SqliteException { SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_BUSY }, e));
            // A connection that failed to commit is in an unknown state; a fresh one is not.
            connection?.Dispose();
            connection = null;
        }
    }

    private void ReadLoop()
    {
        SqliteConnection? connection = null;
        while (Wait(_reads.Reader))
        {
            if (!_reads.Reader.TryRead(out var work) || !work.TryStart())
                continue;
            try
            {
                connection ??= Connect(readOnly: true);
                connection.Execute("BEGIN");
                work.Run(connection);
                connection.Execute("COMMIT");
                work.Publish();
            }
            catch (Exception e)
            {
                work.Fail(new StoreUnavailableException($"The database cannot be read: {e.Message}", inner: e));
                connection?.Dispose();
                connection = null;
            }
        }
        connection?.Dispose();
    }

    private static bool Wait(ChannelReader<Work> queue)
    {
        var more = queue.WaitToReadAsync();
#pragma warning disable RS0030 // This is a thread of its own: blocking is what it is for.
        return more.IsCompletedSuccessfully ? more.Result : more.AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A transaction of {Writes} writes failed")]
    private static partial void LogWriteFailed(ILogger log, Exception exception, int writes);

    private abstract class Work
    {
        private const int Waiting = 0, Started = 1, Cancelled = 2;
        private int _state;

        public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;

        public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

        /// <summary>False when the work failed by itself and must be undone; rethrows what ends the whole transaction.</summary>
        public abstract bool Run(SqliteConnection connection);

        public abstract void Publish();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqliteConnection, T> run) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _failure;

        public Task<T> Task => _done.Task;

        public override bool Run(SqliteConnection connection)
        {
            try
            {
                _result = run(connection);
                return true;
            }
            catch (Exception e) when (e is not SqliteException { SqliteErrorCode: not raw.SQLITE_CONSTRAINT })
            {
                _failure = e;
                return false;
            }
        }

        public override void Publish()
        {
            if (_failure is null)
                _done.TrySetResult(_result);
            else
                _done.TrySetException(_failure);
        }

        public override void Fail(Exception exception) => _done.TrySetException(exception);
    }
}
