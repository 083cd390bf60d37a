using LiveComments.Cassandra.Cql;

namespace LiveComments.Tests.Cassandra;

/// <summary>The client against a real node.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CqlTests(CassandraServer server) : IAsyncLifetime
{
    private Session _session = null!;
    private string _keyspace = "";

    public async Task InitializeAsync()
    {
        _session = await server.OpenAsync();
        _keyspace = server.NewKeyspace().Keyspace;
        await RunAsync($"CREATE KEYSPACE {_keyspace} WITH replication = {{'class': 'NetworkTopologyStrategy', 'dc1': 1}}");
    }

    public async Task DisposeAsync()
    {
        await RunAsync($"DROP KEYSPACE {_keyspace}");
        await _session.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_are_those_that_the_node_computes()
    {
        await RunAsync($"CREATE TABLE {_keyspace}.single (id blob PRIMARY KEY)");
        await RunAsync($"CREATE TABLE {_keyspace}.several (a uuid, b bigint, c text, PRIMARY KEY ((a, b, c)))");
        var insertSingle = Write("INSERT INTO {0}.single (id) VALUES (?)");
        var insertSeveral = Write("INSERT INTO {0}.several (c, a, b) VALUES (?, ?, ?)");
        for (var length = 1; length < 70; length++)
        {
            var id = new byte[length];
            Random.Shared.NextBytes(id);
            await _session.ExecuteAsync(new Bound(insertSingle, id), default);
            await _session.ExecuteAsync(new Bound(insertSeveral, new string('é', length), Guid.NewGuid(), Random.Shared.NextInt64()), default);
        }
        var compared = 0;
        await foreach (var row in _session.RowsAsync(new Bound(Read("SELECT token(id), id FROM {0}.single")), default))
        {
            Assert.Equal(row.GetLong(0), Token.Of(row.GetBytes(1)));
            compared++;
        }
        await foreach (var row in _session.RowsAsync(new Bound(Read("SELECT token(a, b, c), a, b, c FROM {0}.several")), default))
        {
            // By the markers that the node says are the partition key, which stand in another order.
            var values = insertSeveral.Prepared!.Bind([row.GetString(3), row.GetGuid(1), row.GetLong(2)]);
            Assert.Equal(row.GetLong(0), insertSeveral.Prepared.TokenOf(values));
            compared++;
        }
        Assert.Equal(2 * 69, compared);
    }

    [Fact]
    public async Task A_long_result_comes_page_by_page_and_every_row_once()
    {
        await RunAsync($"CREATE TABLE {_keyspace}.numbers (id int, number bigint, PRIMARY KEY (id, number))");
        var insert = Write("INSERT INTO {0}.numbers (id, number) VALUES (?, ?)");
        await Task.WhenAll(Enumerable.Range(0, 1_050).Select(number => _session.ExecuteAsync(new Bound(insert, 1, (long)number), default)));
        var read = new List<long>();
        await foreach (var row in _session.RowsAsync(new Bound(Read("SELECT number FROM {0}.numbers WHERE id = ?", pageSize: 100), 1), default))
            read.Add(row.GetLong(0));
        Assert.Equal(Enumerable.Range(0, 1_050).Select(number => (long)number), read);
    }

    [Fact]
    public async Task A_conditional_batch_writes_everything_once_and_tells_a_stale_writer_what_is_there()
    {
        await RunAsync($"CREATE TABLE {_keyspace}.logs (id int, head bigint static, seq bigint, text text, PRIMARY KEY (id, seq))");
        var create = Condition("UPDATE {0}.logs SET head = ? WHERE id = ? IF head = null");
        var move = Condition("UPDATE {0}.logs SET head = ? WHERE id = ? IF head = ?");
        var insert = Write("INSERT INTO {0}.logs (id, seq, text) VALUES (?, ?, ?)");
        Assert.True((await _session.ExecuteAsync(new Bound(create, 0L, 1), default)).WasApplied);
        Assert.False((await _session.ExecuteAsync(new Bound(create, 0L, 1), default)).WasApplied);
        Bound[] append = [new(move, 2L, 1, 0L), new(insert, 1, 1L, "one"), new(insert, 1, 2L, "two")];
        Assert.True((await _session.BatchAsync(append, default)).WasApplied);
        var stale = await _session.BatchAsync([new(move, 1L, 1, 0L), new(insert, 1, 1L, "another")], default);
        Assert.False(stale.WasApplied);
        Assert.Equal(2L, stale[0].GetLong(stale.Columns.Select(column => column.Name).ToList().IndexOf("head")));
        var texts = new List<string>();
        await foreach (var row in _session.RowsAsync(new Bound(Read("SELECT text FROM {0}.logs WHERE id = ?"), 1), default))
            texts.Add(row.GetString(0));
        Assert.Equal(["one", "two"], texts);
    }

    [Fact]
    public async Task A_mistake_is_told_in_the_words_of_the_node_and_the_connection_stays()
    {
        var mistake = await Assert.ThrowsAsync<CqlException>(() => RunAsync("SELEKT 1"));
        Assert.Equal((CqlFailure.SyntaxError, false), (mistake.Failure, mistake.MayHaveHappened));
        Assert.Contains("SELEKT", mistake.Message, StringComparison.Ordinal);
        Assert.Equal(CqlFailure.Invalid, (await Assert.ThrowsAsync<CqlException>(() => RunAsync($"SELECT * FROM {_keyspace}.nothing"))).Failure);
        Assert.True(await _session.AgreesAsync(default));
    }

    private Task<RowSet> RunAsync(string cql) => _session.RunAsync(cql, Consistency.One, TimeSpan.FromMinutes(2), default);

    private Statement Read(string cql, int pageSize = 0) => new(Named(cql), Consistency.LocalQuorum, isRepeatable: true, pageSize: pageSize);

    private Statement Write(string cql) => new(Named(cql), Consistency.LocalQuorum, isRepeatable: true);

    private Statement Condition(string cql) => new(Named(cql), Consistency.LocalQuorum, Consistency.LocalSerial);

    private string Named(string cql) => cql.Replace("{0}", _keyspace, StringComparison.Ordinal);
}
