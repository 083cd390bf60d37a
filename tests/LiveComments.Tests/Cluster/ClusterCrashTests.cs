using System.Globalization;
using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.PostgreSql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cluster;

/// <summary>Three nodes in mid-burst while one after the other is killed, frozen or stopped, and clients and viewers change from node to node; the same clients and the same audit as for one.</summary>
[RequiresPostgreSql]
public sealed class ClusterCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly PostgreSqlServer _postgreSql = new();
    private readonly Random _random = new(3);

    /// <summary>dotnet cake --target=Faults asks for more.</summary>
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_CLUSTER_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 2;

    public Task InitializeAsync() => _postgreSql.InitializeAsync();

    public Task DisposeAsync() => _postgreSql.DisposeAsync();

    [Fact]
    public async Task Whatever_is_acknowledged_survives_kills_of_nodes() => await RunAsync(Rounds, async cluster =>
    {
        var node = Any(cluster);
        await cluster.WithoutAsync(node, async () =>
        {
            await node.KillAsync();
            // Long enough for its events to live elsewhere.
            await Task.Delay(TimeSpan.FromSeconds(10));
            await node.StartAsync();
        });
    });

    [Fact]
    public async Task Stopping_one_node_after_the_other_loses_nothing() => await RunAsync(Rounds / 2, async cluster =>
    {
        foreach (var node in cluster.Nodes)
            await cluster.WithoutAsync(node, async () =>
            {
                await node.StopAsync();
                await node.StartAsync();
            });
    });

    [Fact]
    public async Task A_node_that_was_frozen_and_believes_to_own_its_events_does_no_harm() => await RunAsync(Rounds / 2, async cluster =>
    {
        // Two of three, to keep the run short.
        foreach (var node in cluster.Nodes.Take(2))
        {
            await cluster.WithoutAsync(node, async () =>
            {
                node.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(12));
                node.Thaw();
                // It believes to be a member until it finds that it is cut off. Where the others were too busy to miss it, it still is one.
                for (var waited = 0; waited < 300 && !node.HasEnded; waited++)
                    await Task.Delay(100);
                if (!node.HasEnded)
                    return;
                Assert.Equal(1, node.ExitCode);
                await node.RestartAsync();
            });
        }
    });

    private ChildServer Any(ChildCluster cluster) => cluster.Nodes[_random.Next(cluster.Nodes.Count)];

    private async Task RunAsync(int rounds, Func<ChildCluster, Task> crash)
    {
        await using var cluster = new ChildCluster(3, await _postgreSql.StoreSettingsAsync());
        var (ledger, audit) = await CrashRun.RunAsync(cluster, rounds, () => crash(cluster), TimeSpan.FromSeconds(60), output, settings: false, hoppers: 20);
        foreach (var words in cluster.LastWords)
            output.WriteLine($"A node ended by itself: {words}");
        Assert.Empty(ledger.Surprises);
        Assert.True(audit.IsClean, $"{audit}\n{audit.Findings}");
    }
}
