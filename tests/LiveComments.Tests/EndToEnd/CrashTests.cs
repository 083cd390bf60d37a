using System.Globalization;
using LiveComments.Tests.EndToEnd.Crash;
using Xunit.Abstractions;

namespace LiveComments.Tests.EndToEnd;

/// <summary>
/// The server process is killed with SIGKILL in mid-burst, again and again on one data folder, while clients post, react,
/// remove and change settings, and try again with the same keys until they are answered. This proves what survives the death of
/// the process; what survives the death of the machine is proved by AckFollowsSyncTests.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Kills = 15;

    [Fact]
    public async Task Whatever_is_acknowledged_survives_kills_once_in_order_and_without_gaps()
    {
        // dotnet cake --target=Faults asks for many more.
        var kills = int.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_KILLS"), CultureInfo.InvariantCulture, out var asked) ? asked : Kills;
        await using var server = ChildServer.Real();
        var (ledger, audit) = await CrashRun.RunAsync(server, kills, server.RestartAsync, TimeSpan.FromSeconds(60), output);
        if (kills > Kills)
            await File.AppendAllTextAsync(Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "EndToEnd", "Crash", "RESULTS.md"), $"- {DateTime.UtcNow:yyyy-MM-dd}, {kills} kills: {audit}\n");
        Assert.Empty(ledger.Surprises);
        Assert.True(audit.IsClean, $"{audit}\n{audit.Findings}");
        Assert.True(ledger is { Comments.Count: > 200, Removed.Count: > 20, Reactions.Count: > 20, Settings.Count: > 20 }, $"Too little happened to prove anything: {audit}");
    }

    [Fact]
    public async Task A_server_that_acknowledges_before_it_commits_fails_the_same_audit()
    {
        await using var server = ChildServer.Broken(BrokenHost.Fault.AckBeforeCommit);
        var (_, audit) = await CrashRun.RunAsync(server, 3, server.RestartAsync, TimeSpan.FromSeconds(2), output);
        Assert.True(audit.Lost > 0, $"{audit}\n{audit.Findings}");
    }
}
