using System.Diagnostics;
using System.Diagnostics.Metrics;
using LiveComments.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>
/// One database file: one writer thread that commits all waiting writes in one transaction (group commit), and a bounded set of reader threads. The driver's asynchronous calls block, so none of this runs on the thread pool.
/// </summary>
internal sealed partial class SqliteDatabase : IStoreHealth, IAsyncDisposable
{
    /// <summary>While writes fail and nobody writes, a test write runs this often, so that the end of a full disk is noticed and logged.</summary>
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    /// <summary>Where nobody writes, reads check this often whether the files are still there. The schedule of events reads once a second.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Brief callers that continue one after another on one thread.</summary>
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
    private readonly SqliteHealth _health;
    private SqliteFiles? _files;
    private long _lookedAt;
    private volatile bool _closing;

    // The writer's connection failed; a new one replaces it before the next commit.
    private bool _stale;

    // When the last commit began.
    private long _committing;

    private SqliteDatabase(SqliteOptions options, ILogger log, IMeterFactory? meters)
    {
        _options = options;
        _log = log;
        _writes = new BlockingQueue<Work>(options.WriteQueue);
        _reads = new BlockingQueue<Work>(options.ReadQueue);
        _health = new SqliteHealth(log);
        _metrics = new SqliteMetrics(meters, options, () => _writes.Count, () => _reads.Count, condition => Fault is not null && _health.Has(condition));
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
        List<SqliteConnection> opened = [];
        try
        {
            opened.Add(database.Connect(SqliteOpenMode.ReadWriteCreate));
            if (raw.sqlite3_db_readonly(opened[0].Handle, "main") == 1)
                // SQLite opens a file read-only when it may not write it.
                throw new StoreUnavailableException($"The database {options.Path} cannot be written: give its owner's rights to this user.");
            SqliteSchema.Migrate(opened[0], options);
            database._files = new SqliteFiles(opened[0], options.Path);
            // All connections are opened now: a file that is lost later can still be read by whoever has it open.
            for (var i = 0; i < options.Readers; i++)
                opened.Add(database.Connect(SqliteOpenMode.ReadOnly));
        }
        catch (Exception e)
        {
            opened.ForEach(connection => connection.CloseWithStatements());
            if (e is SqliteException)
                throw CannotOpen(options, e);
            throw;
        }
        database._writer = Start("sqlite-writer", () => database.WriteLoop(opened[0]));
        for (var i = 0; i < options.Readers; i++)
        {
            var reader = opened[i + 1];
            database._readers.Add(Start($"sqlite-reader-{i}", () => database.ReadLoop(reader)));
        }
        return database;
    }

    public StoreFault? Fault
    {
        get
        {
            if (!_closing)
                _health.Look(_files?.Missing());
            return _health.Worst;
        }
    }

    /// <summary>
    /// Runs work on the writer inside the group's transaction, and returns when it is committed and flushed. Work that throws is rolled back alone and the rest of the group runs again, so
    /// work must change nothing but the database, and may run more than once. In the usual case, when nothing throws, this costs nothing.
    /// </summary>
    /// <param name="rows">About how many rows it writes; a group is closed when it has <see cref="SqliteOptions.GroupCommit"/> of them.</param>
    /// <param name="brief">
    /// True when the caller continues only for a moment, as an event's actor does. A few such callers continue one after another on one thread, because waking a thread for each would cost more than
    /// their work.
    /// </param>
    /// <exception cref="StoreUnavailableException">Nothing was done or, with OutcomeUnknown, nobody can tell.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct, int rows = 1, bool brief = false) => SubmitAsync(_writes, new Work<T>(work, rows, brief), ct);

    /// <summary>Runs work on a reader, in a read transaction of its own. It must be short: a page, not a table.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) => SubmitAsync(_reads, new Work<T>(work, 0, brief: true), ct);

    /// <summary>After the next commit, brings the write-ahead log into the file and empties it.</summary>
    public void EmptyLog() => _checkpoint.Empty();

    /// <summary>Runs the work that waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        // The writer is the last to close, because the last connection brings the write-ahead log into the file, and readers may not write.
        _closing = true;
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
            // It finished at the same moment.
            if (work.Task.IsCompleted)
                return await work.Task;
            if (work.TryCancel())
            {
                ct.ThrowIfCancellationRequested();
                throw new StoreUnavailableException("The store did not get to it in time; nothing was done.", inner: e);
            }
        }
        // It is running; its outcome is known only when it ends, even if the caller has given up.
        try
        {
            return await work.Task.WaitAsync(_options.Timeout / 2, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            return work.Task.IsCompleted ? await work.Task : throw new StoreUnavailableException("The store hangs.", outcomeUnknown: queue == _writes, e);
        }
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _options.Path,
            Mode = mode,
            Pooling = false,
            // The driver repeats a busy statement for this many seconds on top of SQLite's own waiting; 0 would be for ever.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.Configure(connection, mode == SqliteOpenMode.ReadOnly);
            // The first read opens the log too, which must be the one that the others have.
            connection.Scalar<long>("PRAGMA user_version");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.CloseWithStatements();
            throw CannotOpen(_options, e);
        }
    }

    private static StoreUnavailableException CannotOpen(SqliteOptions options, Exception e) => new($"The database {options.Path} cannot be opened: {e.Message}"
        + (SqliteHealth.IsDamage(e) ? " Restore a backup: restore DIR --force keeps this file beside it." : ""), inner: e);

    /// <exception cref="StoreUnavailableException">A file is not the one that was opened.</exception>
    private void MustBeThere()
    {
        var missing = _files?.Missing();
        _health.Look(missing);
        if (missing is not null)
            throw new StoreUnavailableException($"{missing} is gone, or another file is in its place.");
    }

    /// <summary>Runs a loop on a thread of its own; the task ends with it. A loop that fails ends the process, because nothing could be stored any more.</summary>
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

    private void WriteLoop(SqliteConnection connection)
    {
        var group = new List<Work>();
        while (true)
        {
            var waited = _pace.Waits && Early is { Ticks: > 0 } early && _writes.WaitFor(_pace.Enough, early);
            if (_health.TakesWrites ? !_writes.Wait() : !_writes.WaitFor(1, RetryEvery) && _writes.IsClosed)
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
            if (!_stale && !_checkpoint.TryRun(connection, out var failure))
                LogCheckpointFailed(_log, failure);
        }
        connection.CloseWithStatements();
    }

    /// <param name="group">An empty group tests whether the database accepts writes again.</param>
    private void Commit(ref SqliteConnection connection, List<Work> group)
    {
        var started = SqliteMetrics.Now;
        var committing = false;
        try
        {
            if (_stale)
            {
                // An open database must not be combined with the log of another one.
                MustBeThere();
                var fresh = Connect(SqliteOpenMode.ReadWrite);
                // Closed last: SQLite deletes the log with the last connection, and a deletion by somebody else could not be told from that.
                connection.CloseWithStatements();
                connection = fresh;
                _stale = false;
            }
            Execute(connection, "BEGIN IMMEDIATE");
            if (group.Count == 0)
                Execute(connection, SqliteEventCatalog.Touch);
            if (!RunTogether(connection, group))
            {
                Execute(connection, "ROLLBACK");
                Execute(connection, "BEGIN IMMEDIATE");
                RunEachAlone(connection, group);
            }
            group.RemoveAll(work => !work.TryStart());
            // A commit that began after the loss acknowledges nothing.
            MustBeThere();
            committing = true;
            Execute(connection, "COMMIT");
        }
        catch (Exception e)
        {
            if (!_health.Has(StoreCondition.Lost))
                _health.Failed(e is StoreUnavailableException { InnerException: { } cause } ? cause : e, Math.Max(1, group.Count));
            _metrics.Failed();
            var failure = new StoreUnavailableException($"The database did not take it: {e.Message}", committing && !CommittedNothing(e), e);
            group.RemoveAll(work => !work.TryStart());
            foreach (var work in group)
                work.Fail(failure);
            AnswerElsewhere(group);
            // A connection that failed is in an unknown state; a fresh one is not.
            _stale = true;
            RollBack(connection);
            return;
        }
        _metrics.Committed(started, group.Sum(work => work.Rows));
        Answer(group);
        _health.Committed();
    }

    /// <summary>Releases the lock that a failed transaction may still hold, for other processes.</summary>
    private static void RollBack(SqliteConnection connection)
    {
        if (raw.sqlite3_get_autocommit(connection.Handle) != 0)
            return;
        try
        {
            Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // Closing it does the same.
        }
    }

    /// <summary>
    /// False as soon as one fails: a savepoint for each would cost a copy of every page it touches. Work whose caller has waited half of its time when its turn comes is left out, so that a
    /// group takes no longer than its callers can wait.
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

    private void ReadLoop(SqliteConnection opened)
    {
        SqliteConnection? connection = opened;
        while (_reads.Wait())
        {
            if (!_reads.TryTake(out var work) || !work.TryStart())
                continue;
            LookNowAndThen();
            try
            {
                if (connection is null)
                {
                    // Another file would be another database.
                    MustBeThere();
                    connection = Connect(SqliteOpenMode.ReadOnly);
                }
                Execute(connection, "BEGIN");
                work.Run(connection);
                Execute(connection, "COMMIT");
                AnswerElsewhere([work]);
            }
            catch (Exception e)
            {
                _health.Failed(e is StoreUnavailableException { InnerException: { } cause } ? cause : e, writes: 0);
                _metrics.Failed();
                work.Fail(new StoreUnavailableException($"The database cannot be read: {e.Message}", inner: e));
                AnswerElsewhere([work]);
                connection?.CloseWithStatements();
                connection = null;
            }
        }
        connection?.CloseWithStatements();
    }

    /// <summary>Notices a loss where nobody writes, at the cost of reading the clock.</summary>
    private void LookNowAndThen()
    {
        var looked = Volatile.Read(ref _lookedAt);
        if (Stopwatch.GetElapsedTime(looked) >= LookEvery && Interlocked.CompareExchange(ref _lookedAt, Stopwatch.GetTimestamp(), looked) == looked)
            _ = Fault;
    }

    /// <summary>Answers the callers on this thread while it would only wait for its next commit: a pool thread costs two wake-ups.</summary>
    private void Answer(List<Work> group)
    {
        var answered = 0;
        while (_pace.Waits && answered < group.Count && _writes.Count < _pace.Enough && Early > TimeSpan.Zero)
            group[answered++].Answer();
        if (answered < group.Count)
            AnswerElsewhere(group[answered..]);
    }

    /// <summary>Answers the callers on the thread pool.</summary>
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log cannot be checkpointed into the database file, and grows")]
    private static partial void LogCheckpointFailed(ILogger log, Exception? exception);

    private abstract class Work(int rows)
    {
        private const int Waiting = 0, Started = 1, Cancelled = 2;
        private int _state;

        public int Rows => rows;

        /// <summary>False when the caller gave up before it started.</summary>
        public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) != Cancelled;

        public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

        /// <summary>False when the work itself failed and must be undone; rethrows failures of the database.</summary>
        public abstract bool Run(SqliteConnection connection);

        /// <summary>It failed; nothing of it stays.</summary>
        public void Fail(Exception failure) => Failure = failure;

        /// <summary>Answers the caller, on this thread if it is brief.</summary>
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

        /// <summary>A broken constraint or a mistake in the work, not a failing database.</summary>
        private static bool IsItsOwn(Exception e) => e is not SqliteException failure
            || failure.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_ERROR or raw.SQLITE_MISMATCH or raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_TOOBIG;
    }
}
