using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LiveComments.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

/// <summary>What shares a commit.</summary>
public sealed class SqliteCommitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livecomments-");

    [Fact]
    public async Task Who_waits_for_each_answer_is_not_held_up_and_now_and_then_a_commit_waits_for_others()
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
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder.FullName, "a.db"), CommitInterval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(1) },
            NullLogger.Instance, meters);
        listener.Start();

        // As long as each came alone, the next one goes at once.
        for (var i = 0; i < 32; i++)
            await database.WriteAsync(_ => 0, CancellationToken.None);
        var first = database.WriteAsync(_ => 0, CancellationToken.None);
        await Task.Delay(50);
        var second = database.WriteAsync(_ => 0, CancellationToken.None);
        await Task.WhenAll(first, second);

        // Counted after those who wait are told.
        while (commits.Sum() < 34)
            await Task.Delay(10);
        Assert.Equal([.. Enumerable.Repeat(1, 32), 2], commits);
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

    public void Dispose() => _folder.Delete(recursive: true);
}
