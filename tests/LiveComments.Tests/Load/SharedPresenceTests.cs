using LiveComments.Load.Measure;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;
using LiveComments.Tests.Deploy;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Load;

/// <summary>The recipe for who is here, small, against the nodes of <c>deploy/local</c>.</summary>
[RequiresPostgreSql]
public sealed class SharedPresenceTests
{
    [RequiresFact("bash", "nginx", "setpriv", "flock", "redis-server")]
    public async Task A_node_counts_those_who_watch_on_another_and_not_those_who_left_or_whose_node_was_killed()
    {
        using var folder = new TemporaryFolder();
        await using var local = await LocalNodes.StartAsync(folder, ("LiveComments:Limits:Enabled", "false"));
        using var administrator = await local.ClientAsync("administrator");
        await LocalNodes.GoLiveAsync(administrator, "cup-final");
        var reports = new List<Report>();
        var recipe = new SharedPresence(Viewers: 20, Hold: TimeSpan.FromSeconds(2), Moving: 5, Tabs: 2, [.. local.Nodes.Select(node => node.Address)], folder.At("redis.sock"), $"kill -9 {local.Nodes[0].Process}");
        await using var target = LoadTarget.Existing(local.Address, [], ["cup-final"], 0, recipe.Needs);
        await recipe.RunAsync(new Run(target, _ => { }, reports.Add, CancellationToken.None));

        var report = Assert.Single(reports);
        Assert.InRange(report.Number("commands of Redis a second while nobody comes or goes")!.Value, 0.1, 10_000);
        Assert.InRange(report.Number("bytes to Redis a second while 5 leave and come each second")!.Value, 1, 10_000_000);
        Assert.InRange(report.Number("a closed tab is not counted on another node after, p50 (s)")!.Value, 0.01, 60);
        Assert.InRange(report.Number("a killed node's viewers are not counted after (s)")!.Value, 0.5, 60);
    }

    [Fact]
    public async Task One_node_alone_is_no_run_for_it()
    {
        var recipe = new SharedPresence(Viewers: 20, TimeSpan.FromSeconds(1), Moving: 5, Tabs: 2, [new Uri("http://127.0.0.1:1")], "127.0.0.1:1", null);
        await using var target = LoadTarget.Existing(new Uri("http://127.0.0.1:1"), [], ["cup-final"], 0, recipe.Needs);
        await Assert.ThrowsAsync<LoadException>(() => recipe.RunAsync(new Run(target, _ => { }, _ => { }, CancellationToken.None)));
    }
}
