using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>Three nodes that serve the same events.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class ModerationRolesOfManyNodesTests(PostgreSqlServer postgreSql) : ModerationRolesSpec, IAsyncLifetime
{
    private TestServer[] _nodes = [];

    private protected override IReadOnlyList<TestServer> Nodes => _nodes;

    public async Task InitializeAsync()
    {
        var store = await postgreSql.StoreSettingsAsync();
        _nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => TestServer.StartAsync(null, [.. store, "--LiveComments:Cluster:Port=0"]))));
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }
}
