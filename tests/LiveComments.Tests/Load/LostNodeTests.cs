using System.Globalization;
using LiveComments.Load.Measure;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;
using LiveComments.Tests.Deploy;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Load;

/// <summary>The recipe for several nodes, small, against those of <c>deploy/local</c>.</summary>
[RequiresPostgreSql]
public sealed class LostNodeTests
{
    private const int Viewers = 20;

    [RequiresFact("bash", "nginx", "setpriv", "flock")]
    public async Task Viewers_of_a_killed_node_are_all_on_the_other_one_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var local = await LocalNodes.StartAsync(folder, ("LiveComments:Limits:Enabled", "false"));
        using var administrator = await local.ClientAsync("administrator");
        await LocalNodes.GoLiveAsync(administrator, "cup-final");
        var (recipe, reports) = (Recipe($"kill -9 {local.Nodes[0].Process}", [.. local.Nodes.Select(node => node.Address)]), new List<Report>());
        await using var target = LoadTarget.Existing(local.Address, await local.TokensAsync("viewer", recipe.Needs.Users), ["cup-final"], 0, recipe.Needs);
        await recipe.RunAsync(new Run(target, _ => { }, reports.Add, CancellationToken.None));

        var report = Assert.Single(reports);
        Assert.True(report.Passed, report.ToJson());
        int[] before = [.. report.Figure("viewers on each node before")!.ToString()!.Split(", ").Select(count => int.Parse(count, CultureInfo.InvariantCulture))];
        // Half of those who post do so on a stream, and are viewers too.
        Assert.Equal(Viewers + 8, before.Sum());
        Assert.InRange(before[0], 1, Viewers + 7);
        Assert.Equal($"-, {Viewers + 8}", report.Figure("in the end"));
        Assert.InRange(report.Number("viewers who lost their node")!.Value, 1, Viewers);
        Assert.InRange(report.Number("all back and complete (s)")!.Value, 0.1, 60);
        // Where the other node placed the comments, it had nobody left to tell.
        Assert.InRange(report.Number("messages between nodes per comment")!.Value, 0, 100);
        Assert.InRange(report.Number("requests of posters that succeeded (%)")!.Value, 1, 100);
        Assert.InRange(report.Number("nothing acknowledged for (s)")!.Value, 0.01, 60);
    }

    [Fact]
    public async Task A_command_that_ends_no_node_fails_the_run()
    {
        var recipe = Recipe("true", []) with { After = TimeSpan.FromSeconds(1) };
        await using var target = await LoadTarget.StartAsync(Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll"), [], false, recipe.Needs, CancellationToken.None);
        var failure = await Assert.ThrowsAsync<LoadException>(() => recipe.RunAsync(new Run(target, _ => { }, _ => { }, CancellationToken.None)));
        Assert.Contains("--command ended no node", failure.Message, StringComparison.Ordinal);
    }

    private static LostNode Recipe(string command, IReadOnlyList<Uri> nodes) => new(Viewers, Rate: 20, After: TimeSpan.FromSeconds(20), command, nodes, ServerSentEvents: false);
}
