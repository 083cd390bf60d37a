using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>Two nodes, on which the events' actors are spread.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class ShardedEngineTests(PostgreSqlServer postgreSql) : EngineSpec
{
    private TestServer _other = null!;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _other.DisposeAsync();
    }

    private protected override async Task<TestServer> StartAsync()
    {
        string[] settings = [.. await postgreSql.StoreSettingsAsync(), "--LiveComments:Passwords:Iterations=10000", "--LiveComments:Cluster:Port=0"];
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => TestServer.StartAsync(null, settings))));
        _other = nodes[1];
        return nodes[0];
    }
}
