using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Sqlite;
using LiveComments.Stores;
using LiveComments.Tests.Conformance;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

/// <summary>What callers see when the file or the disk fails, and that it passes by itself.</summary>
public sealed class SqliteFaultTests
{
    private static readonly Author Ann = new(UserId.New(TimeProvider.System), "ann", "Ann", null, Role.Viewer);

    [Fact]
    public async Task A_full_disk_stores_nothing_and_says_so_while_reading_goes_on()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        var id = await LiveAsync(store);
        var pages = await store.Database.WriteAsync(connection => connection.Scalar<long>("PRAGMA page_count"), default);
        await store.Database.WriteAsync(connection => connection.Scalar<long>($"PRAGMA max_page_count = {pages + 2}"), default);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.Log.AppendAsync(id, [.. Enumerable.Range(0, 200).Select(i => Draft($"{i}"))], default));
        Assert.False(failure.OutcomeUnknown);
        Assert.Single((await store.Log.ReadAsync(id, 0, 10, default))!.Entries);

        // The limit went with the connection that failed: there is room again, and nobody had to restart anything.
        Assert.IsType<AppendResult.Appended>(Assert.Single(await store.Log.AppendAsync(id, [Draft("room again")], default)));
        Assert.Equal(2, (await store.Log.ReadAsync(id, 0, 10, default))!.Head.Seq);
    }

    [Fact]
    public async Task A_file_locked_by_another_process_stores_nothing_until_it_is_free()
    {
        await using var store = new SqliteStore(TimeProvider.System, options => options.Timeout = TimeSpan.FromSeconds(10));
        var id = await LiveAsync(store);
        await using (var other = new SqliteConnection($"Data Source={store.Options.Path};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE");
            for (var attempt = 0; attempt < 3; attempt++)
                Assert.False((await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.Log.AppendAsync(id, [Draft("locked out")], default))).OutcomeUnknown);
            Assert.Single((await store.Log.ReadAsync(id, 0, 10, default))!.Entries);
            other.Execute("ROLLBACK");
        }
        Assert.IsType<AppendResult.Appended>(Assert.Single(await store.Log.AppendAsync(id, [Draft("free")], default)));
    }

    [Fact]
    public async Task A_damaged_file_fails_only_what_needs_the_damaged_part_until_it_is_repaired()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        var (sound, damaged) = (await LiveAsync(store), await LiveAsync(store));
        await store.Log.AppendAsync(sound, [Draft("sound")], default);
        for (var i = 0; i < 10; i++)
            await store.Log.AppendAsync(damaged, [.. Enumerable.Range(0, 100).Select(n => Draft(new string('x', 200)))], default);
        await store.ReopenAsync();
        // The first pages hold the tables' roots and what was written first.
        const int intact = 100 * 4_096;
        var bytes = await File.ReadAllBytesAsync(store.Options.Path);
        Overwrite(store.Options.Path, intact, Enumerable.Repeat((byte)0xAB, bytes.Length - intact).ToArray());

        for (var attempt = 0; attempt < 2; attempt++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.Log.ReadAsync(damaged, 0, 1_000, default));
            Assert.False((await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.Log.AppendAsync(damaged, [Draft("not stored")], default))).OutcomeUnknown);
            Assert.Equal(2, (await store.Log.ReadAsync(sound, 0, 10, default))!.Entries.Count);
        }
        Overwrite(store.Options.Path, intact, bytes[intact..]);
        Assert.IsType<AppendResult.Appended>(Assert.Single(await store.Log.AppendAsync(damaged, [Draft("repaired")], default)));
        Assert.Equal(1_002, (await store.Log.ReadAsync(damaged, 0, 2_000, default))!.Entries.Count);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_its_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("no.db");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("This is a text. ", 1_000)));
        var failure = Assert.Throws<StoreUnavailableException>(() => SqliteDatabase.Open(new SqliteOptions { Path = path }, NullLogger.Instance));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_may_not_be_written_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using (SqliteDatabase.Open(new SqliteOptions { Path = folder.At("test.db") }, NullLogger.Instance))
        {
        }
        // As where it belongs to somebody else; root may write everything.
        var failure = Assert.Throws<StoreUnavailableException>(() => SqliteDatabase.Open(new SqliteOptions { Path = $"file:{folder.At("test.db")}?mode=ro" }, NullLogger.Instance));
        Assert.Contains("cannot be written", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Fails the first call to the disk, then in another run the second, and so on until none is left to fail.</summary>
    [Theory]
    [InlineData(FaultyDisk.Full)]
    [InlineData(FaultyDisk.WriteError)]
    [InlineData(FaultyDisk.SyncError)]
    public async Task Whichever_call_to_the_disk_fails_nothing_acknowledged_is_lost_and_nothing_refused_is_stored(int code)
    {
        var unknown = 0;
        for (var call = 1; ; call++)
        {
            Assert.True(call < 200, "The faults come to no end.");
            using var folder = new TemporaryFolder();
            var options = new SqliteOptions { Path = $"file:{folder.At("test.db")}?vfs={FaultyDisk.Name}", Timeout = TimeSpan.FromSeconds(30), CheckpointPages = 10 };
            var expected = new List<string>();
            EventId id;
            bool failed;
            FaultyDisk.Register();
            await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
            {
                var log = new SqliteEventLog(database, TimeProvider.System);
                id = EventId.New(TimeProvider.System);
                await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
                FaultyDisk.FailCall(call, code);
                for (var i = 0; i < 3; i++)
                {
                    var batch = Enumerable.Range(0, 2).Select(n => Draft($"{i}.{n}") with { Key = new IdempotencyKey($"key-{i}-{n}", 0) }).ToList();
                    try
                    {
                        await log.AppendAsync(id, batch, default);
                    }
                    catch (StoreUnavailableException e)
                    {
                        unknown += e.OutcomeUnknown ? 1 : 0;
                        if (!e.OutcomeUnknown)
                            Assert.Equal(expected, await TextsAsync(log, id));
                        await log.AppendAsync(id, batch, default);
                    }
                    expected.AddRange(batch.Select(comment => comment.Text));
                    Assert.Equal(expected, await TextsAsync(log, id));
                }
                failed = FaultyDisk.StopFailing();
            }
            await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
                Assert.Equal(expected, await TextsAsync(new SqliteEventLog(database, TimeProvider.System), id));
            if (!failed)
                break;
        }
        // Only a failed flush leaves a doubt, and it always does.
        Assert.Equal(code == FaultyDisk.SyncError, unknown > 0);
    }

    [Theory]
    [InlineData(FaultyDisk.Full, StoreCondition.Full)]
    [InlineData(FaultyDisk.WriteError, StoreCondition.Failing)]
    [InlineData(FaultyDisk.SyncError, StoreCondition.Failing)]
    public async Task What_is_wrong_with_the_disk_is_said_once_and_its_end_is_noticed_although_nobody_writes(int code, StoreCondition condition)
    {
        using var folder = new TemporaryFolder();
        using var log = new CapturedLog();
        FaultyDisk.Register();
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = $"file:{folder.At("test.db")}?vfs={FaultyDisk.Name}", Timeout = TimeSpan.FromSeconds(30) }, log);
        var events = new SqliteEventLog(database, TimeProvider.System);
        var id = EventId.New(TimeProvider.System);
        await events.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
        Assert.Null(database.Fault);
        FaultyDisk.FailCalls(code);
        try
        {
            for (var i = 0; i < 3; i++)
                await Assert.ThrowsAsync<StoreUnavailableException>(async () => await events.AppendAsync(id, [Draft("not stored")], default));
            Assert.Equal(condition, database.Fault?.Condition);
            Assert.Single(log.At(LogLevel.Information));
        }
        finally
        {
            FaultyDisk.StopFailing();
        }
        await EventuallyAsync(() => Task.FromResult(database.Fault is null));
        Assert.Equal("The database accepts writes again", log.At(LogLevel.Information)[^1]);
        Assert.Equal(2, log.At(LogLevel.Information).Count);
    }

    [Fact]
    public async Task Work_with_a_mistake_fails_alone_and_does_not_look_like_a_failing_store()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        var id = await LiveAsync(store);
        await Assert.ThrowsAsync<SqliteException>(() => store.Database.ReadAsync(connection => connection.Scalar<long>("SELECT nothing FROM nowhere"), default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.ReadAsync<int>(_ => throw new InvalidOperationException(), default));

        // Held up by the first write, the others are committed together: the one that fails half-way takes nobody along.
        using var gate = new ManualResetEventSlim();
        var first = store.Database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(30)), default);
        var good = Enumerable.Range(0, 10).Select(i => store.Log.AppendAsync(id, [Draft($"{i}")], default).AsTask()).ToList();
        var bad = store.Database.WriteAsync<int>(connection =>
        {
            connection.Execute("DELETE FROM entries");
            throw new InvalidOperationException();
        }, default);
        var constraint = store.Database.WriteAsync(connection => connection.Execute("INSERT INTO logs(log, epoch, last_seq, last_time, status) SELECT log, 1, 1, 1, 1 FROM logs"), default);
        gate.Set();
        await first;
        await Task.WhenAll(good);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(19, (await Assert.ThrowsAsync<SqliteException>(() => constraint)).SqliteErrorCode);
        Assert.Equal(11, (await store.Log.ReadAsync(id, 0, 100, default))!.Entries.Count);
    }

    [Fact]
    public async Task A_caller_is_told_when_the_store_hangs_and_what_had_not_begun_is_never_done()
    {
        await using var store = new SqliteStore(TimeProvider.System, options => options.Timeout = TimeSpan.FromMilliseconds(400));
        var id = await LiveAsync(store);
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var hanging = store.Database.WriteAsync(_ =>
        {
            begun.Set();
            return gate.Wait(TimeSpan.FromSeconds(60));
        }, default);
        Assert.True(begun.Wait(TimeSpan.FromSeconds(30)));
        var waiting = store.Log.AppendAsync(id, [Draft("never")], default).AsTask();
        Assert.False((await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting)).OutcomeUnknown);
        Assert.True((await Assert.ThrowsAsync<StoreUnavailableException>(() => hanging)).OutcomeUnknown);
        Assert.Single((await store.Log.ReadAsync(id, 0, 10, default))!.Entries);
        gate.Set();
        await EventuallyAsync(async () =>
        {
            try
            {
                return (await store.Log.AppendAsync(id, [Draft("again")], default)).Count == 1;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
        Assert.DoesNotContain((await store.Log.ReadAsync(id, 0, 100, default))!.Entries.OfType<CommentEntry>(), entry => entry.Comment.Text == "never");
    }

    [Fact]
    public async Task The_write_ahead_log_stays_short_also_when_somebody_read_for_long()
    {
        await using var store = new SqliteStore(TimeProvider.System, options => options.CheckpointPages = 100);
        var id = await LiveAsync(store);
        var log = store.Options.Path + "-wal";

        async Task WriteAsync()
        {
            for (var i = 0; i < 40; i++)
                await store.Log.AppendAsync(id, [.. Enumerable.Range(0, 100).Select(n => Draft(new string('x', 200)))], default);
        }

        await using (var reader = new SqliteConnection($"Data Source={store.Options.Path};Pooling=False"))
        {
            reader.Open();
            reader.Execute("BEGIN");
            reader.Scalar<long>("SELECT count(*) FROM entries");
            await WriteAsync();
            Assert.Equal(4_001, (await store.Log.ReadAsync(id, 0, 1, default))!.Head.Seq);
            reader.Execute("COMMIT");
        }
        var length = new FileInfo(log).Length;
        for (var round = 0; round < 4; round++)
            await WriteAsync();
        Assert.True(new FileInfo(log).Length <= length + 6 * store.Options.CheckpointPages * 4_120, $"The log grew from {length} to {new FileInfo(log).Length} bytes after the reader had gone.");
    }

    private static void Overwrite(string path, int position, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = position;
        file.Write(bytes);
    }

    private static async Task<IEnumerable<string>> TextsAsync(SqliteEventLog log, EventId id) =>
        (await log.ReadAsync(id, 0, 1_000, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text);

    private static CommentDraft Draft(string text) => new(CommentId.New(TimeProvider.System), Ann, text, null, [], null, null);

    private static async Task<EventId> LiveAsync(StoreUnderTest store)
    {
        var id = EventId.New(TimeProvider.System);
        await store.Log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
        return id;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
            await Task.Delay(20, tooLong.Token);
    }
}
