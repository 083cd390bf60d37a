using System.Collections.Concurrent;
using LiveComments.Cassandra.Cql;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>Which node is asked, and what happens when it does not do it.</summary>
public sealed class SessionTests
{
    private static readonly Statement Read = new("SELECT", Consistency.LocalQuorum, isRepeatable: true), Condition = new("UPDATE", Consistency.LocalQuorum, Consistency.LocalSerial);

    [Fact]
    public async Task A_partition_is_asked_for_at_its_first_replica()
    {
        // Of two nodes, the second has what is after zero.
        await using var ring = new FakeRing([0], [long.MaxValue]);
        await using var session = await OpenAsync(ring);
        var expected = new int[2];
        for (var id = 0L; id < 40; id++)
        {
            await session.ExecuteAsync(new Bound(Fresh(Read), id), default);
            expected[Token.Of(CqlValue.Write(new Column("id", ColumnType.Bigint), id)) > 0 ? 1 : 0]++;
        }
        Assert.DoesNotContain(0, expected);
        Assert.Equal(expected, ring.Executed);
    }

    [Fact]
    public async Task A_statement_that_a_node_forgot_is_prepared_again_and_then_done_once()
    {
        await using var ring = new FakeRing([0]);
        var node = ring.Nodes[0];
        ring.Execute = (_, request) => node.Requests.Count(other => other.Opcode == Opcode.Prepare) < 2
            ? request.Reply(FakeRequest.Failure(CqlFailure.Unprepared, "I was started again").ShortBytes("UPDATE"u8))
            : request.Reply(FakeRequest.Rows("c", "done"));
        await using var session = await OpenAsync(ring);
        Assert.Equal("done", (await session.ExecuteAsync(new Bound(Fresh(Condition), 1L), default))[0].GetString(0));
        Assert.Equal([Opcode.Prepare, Opcode.Execute, Opcode.Prepare, Opcode.Execute], node.Requests.Select(request => request.Opcode).Where(opcode => opcode != Opcode.Query));
    }

    [Fact]
    public async Task A_batch_that_a_node_forgot_is_told_again_statement_by_statement()
    {
        await using var ring = new FakeRing([0]);
        var node = ring.Nodes[0];
        ring.Execute = (_, request) => node.Requests.Count(other => other.Opcode == Opcode.Prepare) switch
        {
            2 => request.Reply(FakeRequest.Failure(CqlFailure.Unprepared, "first").ShortBytes("UPDATE"u8)),
            3 => request.Reply(FakeRequest.Failure(CqlFailure.Unprepared, "second").ShortBytes("SELECT"u8)),
            _ => request.Reply(FakeRequest.Rows("c", "done")),
        };
        await using var session = await OpenAsync(ring);
        Assert.Equal(1, (await session.BatchAsync([new Bound(Fresh(Condition), 1L), new Bound(Fresh(Read), 1L)], default)).Count);
        Assert.Equal(4, node.Requests.Count(request => request.Opcode == Opcode.Prepare));
    }

    [Theory]
    [InlineData((int)CqlFailure.Overloaded)]
    [InlineData((int)CqlFailure.ReadTimeout)]
    [InlineData((int)CqlFailure.Bootstrapping)]
    public async Task What_may_be_repeated_is_asked_of_the_next_node(int failure)
    {
        await using var ring = new FakeRing([0], [long.MaxValue]);
        ring.Execute = (node, request) => ring.Executed.Sum() == 1 ? request.Reply(FakeRequest.Failure((CqlFailure)failure, "not now")) : request.Reply(FakeRequest.Rows("c", "done"));
        await using var session = await OpenAsync(ring);
        Assert.Equal("done", (await session.ExecuteAsync(new Bound(Fresh(Read), 1L), default))[0].GetString(0));
        Assert.Equal([1, 1], ring.Executed);
    }

    [Fact]
    public async Task What_may_be_repeated_is_asked_of_the_next_node_beside_a_slow_one_which_may_still_answer_first()
    {
        await using var ring = new FakeRing([0], [long.MaxValue]);
        FakeRequest? first = null;
        ring.Execute = (_, request) => first is null ? (first = request) is not null : first.Reply(FakeRequest.Rows("c", "slow"));
        await using var session = await OpenAsync(ring, timeout: TimeSpan.FromSeconds(10));
        Assert.Equal("slow", (await session.ExecuteAsync(new Bound(Fresh(Read), 1L), default))[0].GetString(0));
    }

    [Fact]
    public async Task The_node_that_was_asked_beside_a_slow_one_is_waited_for_when_the_slow_one_fails()
    {
        await using var ring = new FakeRing([0], [long.MaxValue]);
        FakeRequest? first = null;
        ring.Execute = (_, request) => first is null ? (first = request) is not null : first.Reply(FakeRequest.Failure(CqlFailure.ReadTimeout, "too late")) && request.Reply(FakeRequest.Rows("c", "done"));
        await using var session = await OpenAsync(ring, timeout: TimeSpan.FromSeconds(10));
        Assert.Equal("done", (await session.ExecuteAsync(new Bound(Fresh(Read), 1L), default))[0].GetString(0));
    }

    [Fact]
    public async Task A_conditional_write_is_asked_of_one_node_however_slow_it_is()
    {
        await using var ring = new FakeRing([0], [long.MaxValue]);
        ring.Execute = (_, _) => true;
        await using var session = await OpenAsync(ring, timeout: TimeSpan.FromSeconds(2));
        var failed = await Assert.ThrowsAsync<CqlException>(() => session.ExecuteAsync(new Bound(Fresh(Condition), 1L), default));
        Assert.True(failed.MayHaveHappened);
        Assert.Equal(1, ring.Executed.Sum());
    }

    [Theory]
    [InlineData((int)CqlFailure.WriteTimeout)]
    [InlineData((int)CqlFailure.Unavailable)]
    [InlineData((int)CqlFailure.ServerError)]
    public async Task A_conditional_write_is_asked_once_and_its_outcome_is_unknown_after_a_failure(int failure)
    {
        await using var ring = new FakeRing([0], [long.MaxValue]);
        ring.Execute = (_, request) => request.Reply(FakeRequest.Failure((CqlFailure)failure, "who knows"));
        await using var session = await OpenAsync(ring);
        var failed = await Assert.ThrowsAsync<CqlException>(() => session.ExecuteAsync(new Bound(Fresh(Condition), 1L), default));
        Assert.Equal(((CqlFailure)failure, true), (failed.Failure, failed.MayHaveHappened));
        Assert.Equal(1, ring.Executed.Sum());
    }

    [Fact]
    public async Task A_node_that_is_gone_is_not_asked_and_its_partitions_are_asked_for_elsewhere()
    {
        await using var ring = new FakeRing([0], [long.MaxValue]);
        await using var session = await OpenAsync(ring);
        await session.ExecuteAsync(new Bound(Fresh(Read), 1L), default);
        await ring.Nodes[1].DisposeAsync();
        await Http.EventuallyAsync(async () =>
        {
            try
            {
                for (var id = 0L; id < 20; id++)
                    await session.ExecuteAsync(new Bound(Fresh(Condition), id), default);
                return true;
            }
            catch (CqlException e) when (e.Failure == CqlFailure.Closed)
            {
                // It was asked before its end was noticed.
                return false;
            }
        }, "the other node does everything");
    }

    [Fact]
    public async Task Without_a_node_nothing_is_sent()
    {
        await using var ring = new FakeRing([0]);
        await using var session = await OpenAsync(ring);
        await ring.Nodes[0].DisposeAsync();
        await Http.EventuallyAsync(async () => (await Assert.ThrowsAsync<CqlException>(() => session.ExecuteAsync(new Bound(Fresh(Condition), 1L), default))).Failure == CqlFailure.NotSent, "nothing is sent");
    }

    [Fact]
    public async Task More_requests_than_two_connections_take_wait_for_their_turn()
    {
        await using var ring = new FakeRing([0]);
        await using var session = await OpenAsync(ring, connections: 2);
        var statement = Fresh(Read);
        await session.ExecuteAsync(new Bound(statement, 1L), default);
        var held = new ConcurrentQueue<FakeRequest>();
        ring.Execute = (_, request) =>
        {
            held.Enqueue(request);
            return true;
        };
        var asked = Enumerable.Range(0, 5_000).Select(id => Task.Run(() => session.ExecuteAsync(new Bound(statement, (long)id), default))).ToList();
        await Http.EventuallyAsync(() => Task.FromResult(held.Count >= 2_048), "both connections have what they take");
        while (!asked.TrueForAll(task => task.IsCompleted))
            if (held.TryDequeue(out var request))
                request.Reply(FakeRequest.Rows("c", "done"));
            else
                await Task.Yield();
        Assert.All(await Task.WhenAll(asked), rows => Assert.Equal("done", rows[0].GetString(0)));
    }

    [Theory]
    [InlineData((int)CqlFailure.Overloaded)]
    [InlineData((int)CqlFailure.WriteTimeout)]
    public async Task A_node_that_has_too_much_gets_half_as_many_requests_at_once(int failure)
    {
        await using var ring = new FakeRing([0]);
        await using var session = await OpenAsync(ring);
        var statement = Fresh(Read);
        ring.Execute = (_, request) => request.Reply(FakeRequest.Failure((CqlFailure)failure, "I have too much to do"));
        var refused = await Assert.ThrowsAsync<CqlException>(() => session.ExecuteAsync(new Bound(statement, 1L), default));
        Assert.Equal(((CqlFailure)failure, 512), (refused.Failure, session.Window));
        var held = new ConcurrentQueue<FakeRequest>();
        ring.Execute = (_, request) =>
        {
            held.Enqueue(request);
            return true;
        };
        var asked = Enumerable.Range(0, 600).Select(id => session.ExecuteAsync(new Bound(statement, (long)id), default)).ToList();
        await Http.EventuallyAsync(() => Task.FromResult(held.Count >= 512), "the node has what it takes");
        Assert.Equal(512, held.Count);
        while (!asked.TrueForAll(task => task.IsCompleted))
            if (held.TryDequeue(out var request))
                request.Reply(FakeRequest.Rows("c", "done"));
            else
                await Task.Yield();
        Assert.All(await Task.WhenAll(asked), rows => Assert.Equal("done", rows[0].GetString(0)));
    }

    [Fact]
    public async Task A_data_centre_without_nodes_is_named_with_those_that_there_are()
    {
        await using var ring = new FakeRing([0]);
        var refused = await Assert.ThrowsAsync<CqlException>(() => OpenAsync(ring, "dc9"));
        Assert.Contains("dc9; it has dc1", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>As it is before its first use.</summary>
    private static Statement Fresh(Statement statement) => new(statement.Cql, statement.Consistency, statement.Serial, statement.IsRepeatable);

    private static async Task<Session> OpenAsync(FakeRing ring, string dataCenter = "", TimeSpan? timeout = null, int connections = 1)
    {
        var session = await Session.OpenAsync(new SessionSettings([ring.Nodes[0].EndPoint], dataCenter, connections, new ConnectionSettings("", "", null, timeout ?? TimeSpan.FromSeconds(30), TimeProvider.System)), NullLogger.Instance, default);
        await Http.EventuallyAsync(() => Task.FromResult(session.IsComplete), "all nodes are connected");
        return session;
    }
}
