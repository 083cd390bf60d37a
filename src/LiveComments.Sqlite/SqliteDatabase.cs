using System.Diagnostics;
using System.Diagnostics.Metrics;
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
    /// <summary>Brief callers that go on one after the other on one thread.</summary>
    private const int AnsweredTogether = 16;

    private readonly SqliteOptions _options;
    private readonly ILogger _log;
    private readonly SqliteMetrics _metrics;
    private readonly BlockingQueue<Work> _writes;
    private readonly BlockingQueue<Work> _reads;
    private readonly List<Task> _readers = [];
    private Task _writer = Task.CompletedTask;
    private readonly SqliteCheckpoint _checkpoint;
    private readonly CommitPace _pace;
    private bool _failing;

    // When the last commit began.
    private long _committing;

    private SqliteDatabase(SqliteOptions options, ILogger log, IMeterFactory? meters)
    {
        _options = options;
        _log = log;
        _writes = new BlockingQueue<Work>(options.WriteQueue);
        _reads = new BlockingQueue<Work>(options.ReadQueue);
        _metrics = new SqliteMetrics(meters, options, () => _writes.Count, () => _reads.Count);
        _checkpoint = new SqliteCheckpoint(options, _metrics);
        _pace = new CommitPace(options.CommitInterval, TimeProvider.System);
    }

    /// <summary>Opens the file, creates or migrates its schema and starts the threads.</summary>
    /// <param name="meters">Null where nobody measures, as in a command.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened, is damaged, or is newer than this program.</exception>
    public static SqliteDatabase Open(SqliteOptions options, ILogger log, IMeterFactory? meters = null)
    {
        SqliteLibrary.Init();
        var database = new SqliteDatabase(options, log, meters);
        var writer = database.Connect(readOnly: false);
        try
        {
            SqliteSchema.Migrate(writer, options);
        }
        catch (SqliteException e)
        {
            writer.CloseWithStatements();
            throw new StoreUnavailableException($"The database {options.Path} cannot be opened: {e.Message}", inner: e);
        }
        catch
        {
            writer.CloseWithStatements();
            throw;
        }
        database._writer = Start("sqlite-writer", () => database.WriteLoop(writer));
        for (var i = 0; i < options.Readers; i++)
            database._readers.Add(Start($"sqlite-reader-{i}", database.ReadLoop));
        return database;
    }

    /// <summary>
    /// Runs work on the writer inside the group's transaction and returns when it is committed and flushed. Work that throws
    /// is rolled back alone; so that this costs nothing when nobody throws, the others are then run again: work changes
    /// nothing but the database, and may run more than once.
    /// </summary>
    /// <param name="rows">About how many rows it writes; a group is closed when it has <see cref="SqliteOptions.GroupCommit"/> of them.</param>
    /// <param name="brief">
    /// The caller goes on for a moment only, as a room does: a few such go on one after the other on one thread, because waking a thread for each would cost
    /// more than most of them do.
    /// </param>
    /// <exception cref="StoreUnavailableException">Nothing was done or, with OutcomeUnknown, nobody can tell.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct, int rows = 1, bool brief = false) => SubmitAsync(_writes, new Work<T>(work, rows, brief), ct);

    /// <summary>Runs work on a reader, in a read transaction of its own. It must be short: a page, not a table.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) => SubmitAsync(_reads, new Work<T>(work, 0, brief: true), ct);

    /// <summary>Does what is waiting, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        // The writer is the last to close, because the last connection brings the write-ahead log into the file, and readers may not write.
        _reads.Close();
        await Task.WhenAll(_readers);
        _writes.Close();
        await _writer;
        _metrics.Dispose();
    }

    /// <summary>How long the writer has until it commits again at the latest.</summary>
    private TimeSpan Early => _options.CommitInterval - Stopwatch.GetElapsedTime(_committing);

    /// <summary>The caller is answered within <see cref="SqliteOptions.Timeout"/>, half of it for starting and half for finishing.</summary>
    private async Task<T> SubmitAsync<T>(BlockingQueue<Work> queue, Work<T> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!queue.TryAdd(work))
            throw new StoreUnavailableException("The store has as much work waiting as it takes.");
        try
        {
            return await work.Task.WaitAsync(_options.Timeout / 2, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Done in the same moment.
            if (work.Task.IsCompleted)
                return await work.Task;
            if (work.TryCancel())
            {
                ct.ThrowIfCancellationRequested();
                throw new StoreUnavailableException("The store did not get to it in time; nothing was done.", inner: e);
            }
        }
        // It is being done: what becomes of it is known only when it is done, even when the caller does not want to know.
        try
        {
            return await work.Task.WaitAsync(_options.Timeout / 2, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            return work.Task.IsCompleted ? await work.Task : throw new StoreUnavailableException("The store hangs.", outcomeUnknown: queue == _writes, e);
        }
    }

    private SqliteConnection Connect(bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _options.Path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            // The driver repeats a busy statement for this many seconds on top of SQLite's own waiting; 0 would be for ever.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.Configure(connection, readOnly);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.CloseWithStatements();
            throw new StoreUnavailableException($"The database {_options.Path} cannot be opened: {e.Message}", inner: e);
        }
    }

    /// <summary>Runs a loop on a thread of its own; the task ends with it. A loop that fails ends the process: nothing could be stored any more.</summary>
    private static Task Start(string name, Action loop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            loop();
            ended.SetResult();
        })
        { IsBackground = true, Name = name }.Start();
        return ended.Task;
    }

    private void WriteLoop(SqliteConnection opened)
    {
        SqliteConnection? connection = opened;
        var group = new List<Work>();
        while (true)
        {
            var waited = _pace.Waits && Early is { Ticks: > 0 } early && _writes.WaitFor(_pace.Enough, early);
            if (!_writes.Wait())
                break;
            _committing = Stopwatch.GetTimestamp();
            group.Clear();
            var rows = 0;
            while (rows < _options.GroupCommit && _writes.TryTake(out var work))
            {
                group.Add(work);
                rows += work.Rows;
            }
            _pace.Committed(group.Count, rows, waited);
            Commit(ref connection, group);
            if (connection is not null && !_checkpoint.TryRun(connection, out var failure))
                LogCheckpointFailed(_log, failure);
        }
        connection?.CloseWithStatements();
    }

    private void Commit(ref SqliteConnection? connection, List<Work> group)
    {
        var started = SqliteMetrics.Now;
        var committing = false;
        try
        {
            connection ??= Connect(readOnly: false);
            Execute(connection, "BEGIN IMMEDIATE");
            if (!RunTogether(connection, group))
            {
                Execute(connection, "ROLLBACK");
                Execute(connection, "BEGIN IMMEDIATE");
                RunEachAlone(connection, group);
            }
            group.RemoveAll(work => !work.TryStart());
            committing = true;
            Execute(connection, "COMMIT");
        }
        catch (Exception e)
        {
            if (!_failing)
                LogWriteFailed(_log, e, group.Count);
            _failing = true;
            _metrics.Failed();
            var failure = new StoreUnavailableException($"The database did not take it: {e.Message}", committing && !CommittedNothing(e), e);
            group.RemoveAll(work => !work.TryStart());
            foreach (var work in group)
                work.Fail(failure);
            AnswerElsewhere(group);
            // A connection that failed is in an unknown state; a fresh one is not.
            connection?.CloseWithStatements();
            connection = null;
            return;
        }
        _metrics.Committed(started, group.Sum(work => work.Rows));
        Answer(group);
        if (_failing)
            LogWriteRecovered(_log);
        _failing = false;
    }

    /// <summary>
    /// False as soon as one fails: a savepoint for each would cost a copy of every page it touches. Each is started when its turn comes: who has waited half of their
    /// time by then waits no longer, so that a group takes no more time than its callers have.
    /// </summary>
    private static bool RunTogether(SqliteConnection connection, List<Work> group) => group.TrueForAll(work => !work.TryStart() || work.Run(connection));

    private static void RunEachAlone(SqliteConnection connection, List<Work> group)
    {
        foreach (var work in group)
            if (work.TryStart())
            {
                Execute(connection, "SAVEPOINT work");
                if (!work.Run(connection))
                    Execute(connection, "ROLLBACK TO work");
                Execute(connection, "RELEASE work");
            }
    }

    /// <summary>
    /// True for the failures of COMMIT that are known to leave nothing. It writes frames to the write-ahead log, the last of
    /// which commits, then flushes them, then shows them to readers. A write that fails leaves no last frame. A flush that fails, and
    /// everything after it, leaves one that a crash may bring back until the next commit writes over it.
    /// </summary>
    private static bool CommittedNothing(Exception e) => e is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_READONLY or raw.SQLITE_CONSTRAINT
    } or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_WRITE };

    private void ReadLoop()
    {
        SqliteConnection? connection = null;
        while (_reads.Wait())
        {
            if (!_reads.TryTake(out var work) || !work.TryStart())
                continue;
            try
            {
                connection ??= Connect(readOnly: true);
                Execute(connection, "BEGIN");
                work.Run(connection);
                Execute(connection, "COMMIT");
                AnswerElsewhere([work]);
            }
            catch (Exception e)
            {
                _metrics.Failed();
                work.Fail(new StoreUnavailableException($"The database cannot be read: {e.Message}", inner: e));
                AnswerElsewhere([work]);
                connection?.CloseWithStatements();
                connection = null;
            }
        }
        connection?.CloseWithStatements();
    }

    /// <summary>Lets the callers go on: on this thread while it would only wait for its next commit, because a thread of the pool costs two wake-ups.</summary>
    private void Answer(List<Work> group)
    {
        var answered = 0;
        while (_pace.Waits && answered < group.Count && _writes.Count < _pace.Enough && Early > TimeSpan.Zero)
            group[answered++].Answer();
        if (answered < group.Count)
            AnswerElsewhere(group[answered..]);
    }

    /// <summary>Lets the callers go on, on the thread pool.</summary>
    private static void AnswerElsewhere(List<Work> group)
    {
        foreach (var part in group.Chunk(AnsweredTogether))
            ThreadPool.UnsafeQueueUserWorkItem(static works =>
            {
                foreach (var work in works)
                    work.Answer();
            }, part, preferLocal: false);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var statement = connection.Statement(sql);
        statement.Step();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database takes no writes: a transaction of {Writes} writes failed")]
    private static partial void LogWriteFailed(ILogger log, Exception exception, int writes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database takes writes again")]
    private static partial void LogWriteRecovered(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log cannot be brought into the database file and grows")]
    private static partial void LogCheckpointFailed(ILogger log, Exception? exception);

    private abstract class Work(int rows)
    {
        private const int Waiting = 0, Started = 1, Cancelled = 2;
        private int _state;

        public int Rows => rows;

        /// <summary>False when its caller gave up before it was started.</summary>
        public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) != Cancelled;

        public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

        /// <summary>False when the work failed by itself and must be undone; rethrows what says that the database fails.</summary>
        public abstract bool Run(SqliteConnection connection);

        /// <summary>It failed, whatever it did.</summary>
        public void Fail(Exception failure) => Failure = failure;

        /// <summary>Lets the caller go on: on this thread if it is brief.</summary>
        public abstract void Answer();

        protected Exception? Failure { get; set; }
    }

    private sealed class Work<T>(Func<SqliteConnection, T> run, int rows, bool brief) : Work(rows)
    {
        private readonly TaskCompletionSource<T> _done = new(brief ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override bool Run(SqliteConnection connection)
        {
            try
            {
                Failure = null;
                _result = run(connection);
                return true;
            }
            catch (Exception e) when (IsItsOwn(e))
            {
                Failure = e;
                return false;
            }
        }

        public override void Answer()
        {
            if (Failure is null)
                _done.TrySetResult(_result);
            else
                _done.TrySetException(Failure);
        }

        /// <summary>A broken rule or a mistake in the work, rather than a database that fails.</summary>
        private static bool IsItsOwn(Exception e) => e is not SqliteException failure
            || failure.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_ERROR or raw.SQLITE_MISMATCH or raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_TOOBIG;
    }
}
