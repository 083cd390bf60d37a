using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cluster;

/// <summary>Three nodes that serve the same events.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class ModerationReachOfManyNodesTests(PostgreSqlServer postgreSql, ITestOutputHelper output) : ModerationReachSpec(output), IAsyncLifetime
{
    private TestServer[] _nodes = [];

    private protected override IReadOnlyList<TestServer> Nodes => _nodes;

    public async Task InitializeAsync()
    {
        var store = await postgreSql.StoreSettingsAsync();
        _nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => TestServer.StartAsync(null, [.. store, "--LiveComments:Cluster:Port=0", "--LiveComments:Stream:EvenOut=false"]))));
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }
}
