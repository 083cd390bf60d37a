using System.Text.Json;
using LiveComments.Server.Commands;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>A member that an operator removes, where the nodes do not do so by themselves.</summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql]
public sealed class DownTests(PostgreSqlServer postgreSql) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_that_does_not_answer_is_removed_by_hand_and_one_that_does_is_not()
    {
        await File.WriteAllTextAsync(_folder.At("by-hand.conf"), "akka.cluster.downing-provider-class = \"\"");
        await using var cluster = new ChildCluster(2, [.. await postgreSql.StoreSettingsAsync(), $"--LiveComments:Engine:Hocon={_folder.At("by-hand.conf")}"]);
        await Task.WhenAll(cluster.Nodes.Select(node => node.StartAsync()));
        var (here, there) = (cluster.Nodes[0], cluster.Nodes[1]);
        var address = (await AskAsync(there, "show")).GetProperty("self").GetString()!;
        await using var tail = ServerProcess.Start("cluster", "tail", "--url", here.Url.ToString());
        await Http.EventuallyAsync(() => Task.FromResult(tail.Output.Contains("Count: 2 nodes", StringComparison.Ordinal)), "the tail shows both");

        var (exitCode, _, error) = await ServerProcess.RunAsync("cluster", "down", address, "--url", here.Url.ToString());
        Assert.Equal((CommandLine.Refused, true), (exitCode, error.Contains("The node is reachable; let it leave instead.", StringComparison.Ordinal)));
        there.Freeze();
        await Http.EventuallyAsync(() => Task.FromResult(tail.Output.Contains($"{address} | unreachable", StringComparison.Ordinal)), "it is missed");
        Assert.Equal("down", (await AskAsync(here, "down", address.Split('@')[1])).GetProperty("status").GetString());
        await Http.EventuallyAsync(() => Task.FromResult(tail.Output.Contains($"{address} | removed", StringComparison.Ordinal)), "it is removed");
        Assert.Equal(1, (await AskAsync(here, "show")).GetProperty("members").GetArrayLength());
    }

    private static async Task<JsonElement> AskAsync(ChildServer node, params string[] arguments)
    {
        var (exitCode, output, error) = await ServerProcess.RunAsync(["cluster", .. arguments, "--json", "--url", node.Url.ToString()]);
        Assert.True(exitCode == 0, error);
        return JsonElement.Parse(output);
    }
}
