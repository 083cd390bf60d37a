using System.Collections.Concurrent;
using System.Diagnostics;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.PostgreSql;
using LiveComments.Stores;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

/// <summary>What happens to acknowledgements when the server dies, freezes, refuses or lets go.</summary>
[RequiresPostgreSql]
public sealed class PostgreSqlFaultTests : IAsyncLifetime
{
    private readonly PostgreSqlServer _server = new() { Flushes = true };
    private readonly EventId _id = EventId.New(TimeProvider.System);
    private PostgreSqlOptions _options = null!;
    private PostgreSqlDatabase _database = null!;
    private PostgreSqlEventLog _log = null!;

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        _options = new PostgreSqlOptions { ConnectionString = await _server.CreateDatabaseAsync(), Timeout = TimeSpan.FromSeconds(2), Connections = 5 };
        _database = PostgreSqlDatabase.Open(_options, NullLogger.Instance);
        _log = new PostgreSqlEventLog(_database, TimeProvider.System);
        await UntilTakenAsync(new StatusDraft(EventStatus.Live));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_is_acknowledged_survives_deaths_of_the_server_once_and_in_order()
    {
        using var stop = new CancellationTokenSource();
        var placed = new ConcurrentBag<(CommentId Id, Position Position)>();
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                placed.Add(await PlaceWithRetriesAsync($"{writer}-{i}"));
        })).ToList();
        for (var death = 0; death < 4; death++)
        {
            var wanted = placed.Count + 100;
            await EventuallyAsync(() => placed.Count >= wanted || writers.Exists(writer => writer.IsFaulted));
            await _server.KillAsync();
            await Task.Delay(100);
            await _server.StartAsync();
        }
        var last = placed.Count + 100;
        await EventuallyAsync(() => placed.Count >= last || writers.Exists(writer => writer.IsFaulted));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        var entries = (await _log.ReadAsync(_id, 0, 1_000_000, default))!.Entries;
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        var stored = entries.OfType<CommentEntry>().ToDictionary(entry => entry.Comment.Id, entry => entry.Comment.Position);
        Assert.All(placed, one => Assert.Equal(one.Position, stored[one.Id]));
        Assert.Equal(stored.Count, entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text).Distinct().Count());
    }

    [Fact]
    public async Task A_frozen_server_acknowledges_nothing_and_everybody_is_told_in_time()
    {
        _server.Freeze();
        var clock = Stopwatch.StartNew();
        var failures = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Assert.ThrowsAsync<StoreUnavailableException>(() => _log.AppendAsync(_id, [Draft($"{i}", $"{i}")], default).AsTask())));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _log.ReadAsync(_id, 0, 10, default).AsTask());
        // The last of five connections to fail, and no machine is that slow.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
        Assert.Equal(StoreCondition.Failing, _database.Fault?.Condition);

        _server.Thaw();
        await UntilTakenAsync(Draft("after", "after"));
        await EventuallyAsync(() => _database.Fault is null);
        var texts = (await _log.ReadAsync(_id, 0, 1_000, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text).ToList();
        // Only what nobody could tell of may be there.
        Assert.All(texts.SkipLast(1), text => Assert.True(failures[int.Parse(text)].OutcomeUnknown));
        Assert.Equal("after", texts[^1]);
    }

    [Fact]
    public async Task Nothing_is_placed_while_somebody_holds_the_log_and_the_answer_says_so()
    {
        await using var holder = new NpgsqlConnection(_options.ConnectionString);
        await holder.OpenAsync();
        await using (var transaction = await holder.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("SELECT 1 FROM logs FOR UPDATE", holder, transaction);
            await hold.ExecuteScalarAsync();
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => _log.AppendAsync(_id, [Draft("in vain", "k")], default).AsTask());
            Assert.False(failure.OutcomeUnknown);
            // The database itself works.
            Assert.Null(_database.Fault);
        }
        await UntilTakenAsync(Draft("now", "k"));
        Assert.Equal(["now"], (await _log.ReadAsync(_id, 0, 10, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text));
    }

    [Fact]
    public async Task A_node_that_is_frozen_while_it_holds_a_log_loses_it_in_time()
    {
        // Another node's connection, as this program opens it.
        await using var frozen = ConnectionSettings.CreateSources(_options).Primary;
        await using var holder = await frozen.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand("BEGIN; SELECT 1 FROM logs FOR UPDATE", holder);
        await hold.ExecuteScalarAsync();
        await UntilTakenAsync(Draft("at last", "k"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => new NpgsqlCommand("COMMIT", holder).ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_connection_that_is_lost_leaves_nothing_half_done_and_the_next_call_finds_another()
    {
        for (var i = 0; i < 10; i++)
        {
            await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'livecomments'");
            await UntilTakenAsync(Draft($"{i}", $"{i}"));
        }
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), (await _log.ReadAsync(_id, 0, 100, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_guessed()
    {
        // The commit takes long, and the connection ends in the middle of it.
        await _server.ExecuteAsync("""
            CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slowly();
            """, new NpgsqlConnectionStringBuilder(_options.ConnectionString).Database!);
        var append = _log.AppendAsync(_id, [Draft("perhaps", "k")], default).AsTask();
        await EventuallyAsync(async () => await CommittingAsync() || append.IsCompleted);
        await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'livecomments' AND state = 'active'");
        Assert.True((await Assert.ThrowsAsync<StoreUnavailableException>(() => append)).OutcomeUnknown);
        await _server.ExecuteAsync("DROP TRIGGER slow ON entries", new NpgsqlConnectionStringBuilder(_options.ConnectionString).Database!);
        await UntilTakenAsync(Draft("perhaps", "k"));
        Assert.Single((await _log.ReadAsync(_id, 0, 10, default))!.Entries.OfType<CommentEntry>());
    }

    [Fact]
    public async Task A_server_without_a_free_connection_refuses_and_serves_again_when_there_is_one()
    {
        await _database.DisposeAsync();
        await _server.ExecuteAsync("ALTER ROLE livecomments_node CONNECTION LIMIT 0");
        Assert.Throws<StoreUnavailableException>(() => PostgreSqlDatabase.Open(_options, NullLogger.Instance));
        await _server.ExecuteAsync("ALTER ROLE livecomments_node CONNECTION LIMIT 1");
        _database = PostgreSqlDatabase.Open(_options, NullLogger.Instance);
        _log = new PostgreSqlEventLog(_database, TimeProvider.System);
        // One is enough: calls of one event follow each other.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => UntilTakenAsync(Draft($"{i}", $"{i}"))));
        await _server.ExecuteAsync("ALTER ROLE livecomments_node CONNECTION LIMIT -1");
        Assert.Equal(20, (await _log.ReadAsync(_id, 0, 100, default))!.Entries.OfType<CommentEntry>().Count());
    }

    [Fact]
    public async Task A_server_that_runs_out_of_connections_while_we_are_connected_stores_nothing_that_it_does_not_say()
    {
        await UntilTakenAsync(Draft("before", "before"));
        // Others have taken all, and ours were lost.
        await _server.ExecuteAsync($"ALTER ROLE {PostgreSqlServer.Node} CONNECTION LIMIT 0");
        await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'livecomments'");
        var failures = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => _log.AppendAsync(_id, [Draft($"{i}", $"{i}")], default).AsTask());
            return failure.OutcomeUnknown ? null : failure;
        }));
        // Connections of the pool that had ended may leave some in doubt; what is refused for want of a connection is not.
        Assert.Contains(failures, failure => failure is not null && failure.ToString().Contains(PostgresErrorCodes.TooManyConnections, StringComparison.Ordinal));
        Assert.Equal(StoreCondition.Failing, _database.Fault?.Condition);

        await _server.ExecuteAsync($"ALTER ROLE {PostgreSqlServer.Node} CONNECTION LIMIT -1");
        await UntilTakenAsync(Draft("after", "after"));
        await EventuallyAsync(() => _database.Fault is null);
        Assert.Equal(["before", "after"], (await _log.ReadAsync(_id, 0, 100, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text));
    }

    [Fact]
    public async Task Calls_that_are_given_up_leave_the_others_alone()
    {
        // However slow the machine is, the lock is let go in time.
        await using var patient = PostgreSqlDatabase.Open(new PostgreSqlOptions { ConnectionString = _options.ConnectionString, Timeout = TimeSpan.FromSeconds(60) }, NullLogger.Instance);
        var log = new PostgreSqlEventLog(patient, TimeProvider.System);
        using var impatient = new CancellationTokenSource();
        await using var holder = new NpgsqlConnection(_options.ConnectionString);
        await holder.OpenAsync();
        Task<IReadOnlyList<AppendResult>> given, kept;
        await using (var transaction = await holder.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("SELECT 1 FROM logs FOR UPDATE", holder, transaction);
            await hold.ExecuteScalarAsync();
            var first = log.AppendAsync(_id, [Draft("first", "first")], default).AsTask();
            given = log.AppendAsync(_id, [Draft("given up", "given")], impatient.Token).AsTask();
            kept = log.AppendAsync(_id, [Draft("kept", "kept")], default).AsTask();
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
            await transaction.RollbackAsync();
            await first;
        }
        await kept;
        Assert.Equal(["first", "kept"], (await _log.ReadAsync(_id, 0, 10, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text));
    }

    private async Task<bool> CommittingAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_options.ConnectionString) { Username = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var active = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'livecomments' AND state = 'active' AND wait_event = 'PgSleep'", connection);
        return (long)(await active.ExecuteScalarAsync())! > 0;
    }

    /// <summary>Tries again with the same key, as clients do, until it is placed.</summary>
    private async Task<(CommentId Id, Position Position)> PlaceWithRetriesAsync(string text) => await UntilTakenAsync(Draft(text, text)) switch
    {
        AppendResult.Appended { Entry: CommentEntry entry } => (entry.Comment.Id, entry.Comment.Position),
        AppendResult.Repeated repeated => (repeated.CommentId, repeated.Position),
        var other => throw new InvalidOperationException($"{text}: {other}"),
    };

    private async Task<AppendResult> UntilTakenAsync(EntryDraft draft)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(20))
            try
            {
                return (await _log.AppendAsync(_id, [draft], default))[0];
            }
            catch (StoreUnavailableException) when (clock.Elapsed < TimeSpan.FromSeconds(60))
            {
            }
    }

    private static CommentDraft Draft(string text, string key) => new(
        CommentId.New(TimeProvider.System), new Author(Writer, "ann", "Ann", null, Role.Viewer), text, null, [], null, new IdempotencyKey(key, 1));

    private static UserId Writer { get; } = new(Guid.NewGuid());

    private static Task EventuallyAsync(Func<bool> condition) => EventuallyAsync(() => Task.FromResult(condition()));

    private static Task EventuallyAsync(Func<Task<bool>> condition) => Http.EventuallyAsync(condition, "it happens");
}
