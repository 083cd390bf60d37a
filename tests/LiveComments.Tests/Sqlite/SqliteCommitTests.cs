using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LiveComments.Server.Telemetry;
using LiveComments.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

/// <summary>What shares a commit.</summary>
public sealed class SqliteCommitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livecomments-");

    [Fact]
    public async Task A_commit_waits_for_as_many_as_came_when_one_waited_for_all()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var commits = new ConcurrentQueue<int>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            // Other tests' databases have instruments of the same name.
            if (instrument.Name == "livecomments.store.commit.size" && instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, rows, _, _) => commits.Enqueue(rows));
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder.FullName, "a.db"), CommitInterval = TimeSpan.FromSeconds(3), Timeout = TimeSpan.FromMinutes(1) },
            NullLogger.Instance, meters);
        listener.Start();

        // The first goes at once; the next one finds out how many come.
        await WriteAsync();
        await TwoAsync();
        await TwoAsync();

        // Counted after those who wait are told.
        while (commits.Sum() < 5)
            await Task.Delay(10);
        Assert.Equal([1, 2, 2], commits);

        Task WriteAsync() => database.WriteAsync(_ => 0, CancellationToken.None);

        async Task TwoAsync()
        {
            var first = WriteAsync();
            await Task.Delay(50);
            await Task.WhenAll(first, WriteAsync());
        }
    }

    [Fact]
    public async Task Who_waits_for_each_answer_is_not_held_up()
    {
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder.FullName, "a.db"), CommitInterval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(1) },
            NullLogger.Instance);
        // The second one finds out that nobody else comes.
        await WriteManyAsync(2);
        // They would take a minute.
        await WriteManyAsync(60).WaitAsync(TimeSpan.FromSeconds(30));

        async Task WriteManyAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await database.WriteAsync(_ => 0, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(1, true, true)]
    [InlineData(1, false, false)]
    [InlineData(0, true, false)]
    public async Task A_brief_caller_goes_on_with_the_writers_thread_while_that_would_only_wait(int interval, bool brief, bool writers)
    {
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder.FullName, "a.db"), CommitInterval = TimeSpan.FromSeconds(interval), Timeout = TimeSpan.FromMinutes(1) },
            NullLogger.Instance);
        using var waiting = new ManualResetEventSlim();
        // Without the test's own context.
        var twice = await Task.Run(() => new[] { WriteTwiceAsync() });
        waiting.Set();
        var (writer, after) = await twice[0];
        Assert.Equal(writers, after == writer);

        async Task<(Thread Writer, Thread After)> WriteTwiceAsync()
        {
            var writer = await database.WriteAsync(_ =>
            {
                waiting.Wait();
                return Thread.CurrentThread;
            }, CancellationToken.None, brief: brief).ConfigureAwait(false);
            var after = Thread.CurrentThread;
            // Another write, which the writer must do, is waited for without holding it up.
            await database.WriteAsync(_ => 0, CancellationToken.None, brief: brief).ConfigureAwait(false);
            return (writer, after);
        }
    }

    [Fact]
    public async Task Few_who_wait_for_the_next_commit_do_not_send_the_answers_elsewhere()
    {
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder.FullName, "a.db"), CommitInterval = TimeSpan.FromSeconds(3), Timeout = TimeSpan.FromMinutes(1) },
            NullLogger.Instance);
        // The first goes at once; the next commit finds out that three come.
        await WriteAsync();
        await Task.WhenAll(WriteAsync(), WriteAsync(), WriteAsync());
        using var began = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();
        // Without the test's own context.
        var three = await Task.Run(() => new { First = ThreadsAsync(), Others = Task.WhenAll(WriteAsync(), WriteAsync()) });
        began.Wait();
        var next = WriteAsync();
        waiting.Set();
        var (writer, after) = await three.First;
        Assert.Same(writer, after);
        await Task.WhenAll(three.Others, next);

        Task WriteAsync() => database.WriteAsync(_ => 0, CancellationToken.None);

        async Task<(Thread Writer, Thread After)> ThreadsAsync()
        {
            var writer = await database.WriteAsync(_ =>
            {
                began.Set();
                waiting.Wait();
                return Thread.CurrentThread;
            }, CancellationToken.None, brief: true).ConfigureAwait(false);
            return (writer, Thread.CurrentThread);
        }
    }

    [Fact]
    public async Task Work_whose_turn_comes_too_late_is_left_out_so_that_the_others_of_its_commit_are_answered_in_time()
    {
        // Two seconds to be started, two more to be done.
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder.FullName, "a.db"), CommitInterval = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(4) }, NullLogger.Instance);
        using var began = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();
        var first = database.WriteAsync(_ =>
        {
            began.Set();
            waiting.Wait();
            return 0;
        }, CancellationToken.None);
        began.Wait();
        // Together they take longer than anybody waits.
        var all = Enumerable.Range(0, 8).Select(i => database.WriteAsync(connection =>
        {
            Thread.Sleep(600);
            connection.Execute($"CREATE TABLE t{i}(x)");
            return 0;
        }, CancellationToken.None)).ToList();
        waiting.Set();
        await first;
        await all[0];
        var late = 0;
        foreach (var one in all[1..])
            try
            {
                await one;
            }
            catch (StoreUnavailableException e)
            {
                // Its turn did not come in time.
                Assert.False(e.OutcomeUnknown);
                late++;
            }
        Assert.InRange(late, 1, 7);
        Assert.Equal(8 - late, await database.ReadAsync(connection => connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE name GLOB 't[0-9]'"), CancellationToken.None));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
