using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.PostgreSql;
using Npgsql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cluster;

/// <summary>The node that places the event is cut off from the two others, while the database and the clients still reach it: for some seconds, both sides believe that they place the event.</summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql, RequiresNetworkNamespaces]
public sealed class PartitionCrashTests : IAsyncLifetime
{
    private const int Nodes = 3;

    private readonly ITestOutputHelper _output;
    private readonly TemporaryFolder _folder = new();
    private readonly PostgreSqlServer _postgreSql;

    public PartitionCrashTests(ITestOutputHelper output)
    {
        _output = output;
        // A socket in a file, which is the same in every network.
        Shell.Run("chmod", "a+rwx", _folder.Path);
        _postgreSql = new() { Settings = $"unix_socket_directories = '{_folder.Path}'" };
    }

    public Task InitializeAsync() => _postgreSql.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _postgreSql.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_node_that_is_cut_off_from_the_others_and_not_from_the_database_does_no_harm()
    {
        using var networks = new NodeNetworks(Nodes);
        var store = PostgreSqlServer.StoreSettings(new NpgsqlConnectionStringBuilder(await _postgreSql.CreateDatabaseAsync()) { Host = _folder.Path }.ConnectionString);
        await using var cluster = new ChildCluster(Enumerable.Range(0, Nodes).Select(node =>
            ChildServer.On([.. ChildCluster.NodeSettings(store), $"--LiveComments:Cluster:Hostname={NodeNetworks.NodeAddress(node)}"], NodeNetworks.PublicAddress(node), networks.Under(node))));
        await ClusterRun.RunAsync(cluster, 1, async () =>
        {
            var owner = await cluster.OwnerAsync();
            var cutOff = cluster.Nodes.ToList().IndexOf(owner);
            networks.Cut(cutOff);
            await Task.Delay(ClusterRun.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(8));
            networks.Mend(cutOff);
            // It ended by itself, and the supervisor brings it back.
            for (var waited = 0; waited < 600 && (cluster.LastWords.Count == 0 || owner.HasEnded); waited++)
                await Task.Delay(100);
        }, _output);
        Assert.NotEmpty(cluster.LastWords);
    }
}
