namespace LiveComments.Tests.Cassandra;

/// <summary>Several real nodes that form one cluster, on 127.0.0.1, 127.0.0.2 and 127.0.0.3.</summary>
internal sealed class CassandraRing : IAsyncDisposable
{
    private readonly string _replication;

    /// <param name="replication">Of the keyspace.</param>
    /// <param name="dataCenters">That of each node.</param>
    public CassandraRing(string replication, params string[] dataCenters)
    {
        _replication = replication;
        var port = CassandraServer.FreePorts();
        Nodes = [.. dataCenters.Select((dataCenter, i) => new CassandraServer(port, $"127.0.0.{i + 1}", i == 0 ? null : "127.0.0.1", dataCenter))];
        ContactPoints = string.Join(',', dataCenters.Select((_, i) => $"127.0.0.{i + 1}:{port}"));
    }

    public IReadOnlyList<CassandraServer> Nodes { get; }

    public string ContactPoints { get; }

    /// <summary>Settings of a server with its log here.</summary>
    public string[] Settings() => ["--LiveComments:Log=cassandra", $"--LiveComments:Cassandra:ContactPoints={ContactPoints}", $"--LiveComments:Cassandra:Replication={_replication}"];

    /// <summary>One after the other: a node joins those that are there.</summary>
    public async Task StartAsync()
    {
        foreach (var node in Nodes)
            await node.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }
}
