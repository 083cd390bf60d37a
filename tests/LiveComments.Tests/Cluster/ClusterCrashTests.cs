using System.Runtime.CompilerServices;
using LiveComments.Tests.PostgreSql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cluster;

/// <summary>
/// Three nodes in mid-burst while one after the other is killed, frozen or stopped, or their database is, and clients and viewers change from node to node; the same clients and the same audit as for one.
/// </summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql]
public sealed class ClusterCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(20);

    /// <summary>Long enough for the events of a dead node to live elsewhere.</summary>
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(10);

    private readonly PostgreSqlServer _postgreSql = new() { Flushes = true };
    private readonly Random _random = new(3);

    public Task InitializeAsync() => _postgreSql.InitializeAsync();

    public Task DisposeAsync() => _postgreSql.DisposeAsync();

    [Fact]
    public async Task Whatever_is_acknowledged_survives_kills_of_nodes() => await RunAsync(ClusterRun.Rounds, async cluster =>
    {
        var node = cluster.Nodes[_random.Next(cluster.Nodes.Count)];
        var next = Task.Delay(ClusterRun.IsLong ? BetweenKills : TimeSpan.Zero);
        await cluster.WithoutAsync(node, async () =>
        {
            await node.KillAsync();
            await Task.Delay(Takeover);
            await node.StartAsync();
        });
        await next;
    });

    [Fact]
    public async Task Stopping_one_node_after_the_other_loses_nothing() => await RunAsync(ClusterRun.IsLong ? 3 : 1, async cluster =>
    {
        foreach (var node in cluster.Nodes)
            await cluster.WithoutAsync(node, async () =>
            {
                await node.StopAsync();
                await node.StartAsync();
            });
    });

    [Fact]
    public async Task A_node_that_was_frozen_and_believes_to_own_its_events_does_no_harm() => await RunAsync(ClusterRun.IsLong ? 3 : 1, async cluster =>
    {
        var node = await cluster.OwnerAsync();
        await cluster.WithoutAsync(node, async () =>
        {
            node.Freeze();
            await Task.Delay(ClusterRun.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(8));
            node.Thaw();
            // It believes to be a member until it finds that it is cut off. Where the others were too busy to miss it, it still is one.
            for (var waited = 0; waited < 300 && !node.HasEnded; waited++)
                await Task.Delay(100);
            if (!node.HasEnded)
                return;
            Assert.Equal(1, node.ExitCode);
            await node.RestartAsync();
        });
    });

    [Fact]
    public async Task A_database_that_ends_at_once_and_comes_back_loses_and_doubles_nothing() => await RunAsync(ClusterRun.IsLong ? 6 : 2, async _ =>
    {
        await _postgreSql.AbortAsync();
        await Task.Delay(200);
        await _postgreSql.StartAsync();
    });

    [Fact]
    public async Task A_database_that_freezes_for_ten_seconds_loses_and_doubles_nothing() => await RunAsync(ClusterRun.IsLong ? 3 : 1, async _ =>
    {
        _postgreSql.Freeze();
        await Task.Delay(TimeSpan.FromSeconds(10));
        _postgreSql.Thaw();
    });

    private async Task RunAsync(int rounds, Func<ChildCluster, Task> crash, [CallerMemberName] string what = "")
    {
        await using var cluster = new ChildCluster(3, await _postgreSql.StoreSettingsAsync());
        await ClusterRun.RunAsync(cluster, rounds, () => crash(cluster), output, what);
    }
}
