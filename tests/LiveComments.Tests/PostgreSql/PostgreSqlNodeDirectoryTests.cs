using LiveComments.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.PostgreSql;

/// <summary>How nodes find each other in the database, and who of them gets a lease.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlNodeDirectoryTests(PostgreSqlServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private PostgreSqlStore _store = null!;
    private PostgreSqlDatabase _database = null!;
    private PostgreSqlNodeDirectory _nodes = null!;

    public async Task InitializeAsync()
    {
        _store = await PostgreSqlStore.CreateAsync(server, new FakeTime());
        _database = PostgreSqlDatabase.Open(_store.Options, NullLogger.Instance);
        _nodes = new PostgreSqlNodeDirectory(_database);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Of_nodes_that_look_for_each_other_at_once_one_finds_nobody()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(node => Task.Run(async () => await _nodes.FindAsync($"node-{node}", Long, default))));
        Assert.Single(found, others => others.Count == 0);
        Assert.Single(found.SelectMany(others => others).Distinct());
    }

    [Fact]
    public async Task A_node_is_found_while_it_says_that_it_is_a_member()
    {
        await _nodes.KeepAsync("member", default);
        Assert.Equal(["member"], await _nodes.FindAsync("new", Long, default));
        // Whoever looks is not a member yet, and does not find themselves.
        Assert.Equal(["member"], await _nodes.FindAsync("another", Long, default));
        await _nodes.KeepAsync("new", default);
        Assert.Equal(["member"], await _nodes.FindAsync("new", Long, default));
        await _nodes.RemoveAsync("member", default);
        Assert.Equal(["new"], await _nodes.FindAsync("another", Long, default));
        // Too long ago.
        Assert.Empty(await _nodes.FindAsync("another", TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_lease_is_one_nodes_until_it_is_given_back_or_its_time_is_over()
    {
        Assert.True(await _nodes.TryLeaseAsync("split", "a", Long, [], default));
        Assert.True(await _nodes.TryLeaseAsync("split", "a", Long, [], default));
        Assert.False(await _nodes.TryLeaseAsync("split", "b", Long, ["b", "c"], default));
        Assert.True(await _nodes.TryLeaseAsync("another", "b", Long, [], default));
        await _nodes.ReleaseAsync("split", "b", default);
        Assert.False(await _nodes.TryLeaseAsync("split", "b", Long, [], default));
        await _nodes.ReleaseAsync("split", "a", default);
        Assert.True(await _nodes.TryLeaseAsync("split", "b", TimeSpan.Zero, [], default));
        Assert.True(await _nodes.TryLeaseAsync("split", "c", Long, [], default));
    }

    [Fact]
    public async Task A_lease_is_taken_from_those_who_may_lose_it()
    {
        Assert.True(await _nodes.TryLeaseAsync("split", "a", Long, [], default));
        Assert.True(await _nodes.TryLeaseAsync("split", "b", Long, ["a", "b"], default));
        Assert.False(await _nodes.TryLeaseAsync("split", "a", Long, ["a"], default));
        Assert.True(await _nodes.TryLeaseAsync("split", "a", Long, null, default));
        Assert.False(await _nodes.TryLeaseAsync("split", "b", Long, [], default));
    }
}
