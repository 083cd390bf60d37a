using System.Diagnostics;
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
    private const int Kills = 25;

    [Fact]
    public async Task Whatever_is_acknowledged_survives_kills_once_in_order_and_without_gaps()
    {
        // dotnet cake --target=Faults asks for many more.
        var kills = int.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_KILLS"), CultureInfo.InvariantCulture, out var asked) ? asked : Kills;
        await using var server = ChildServer.Real();
        var (ledger, audit) = await RunAsync(server, kills, TimeSpan.FromSeconds(60));
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
        var (_, audit) = await RunAsync(server, kills: 3, TimeSpan.FromSeconds(2));
        Assert.True(audit.Lost > 0, $"{audit}\n{audit.Findings}");
    }

    /// <param name="patience">How long the viewer may take to see the last entry: one that was lost is never seen.</param>
    private async Task<(CrashLedger Ledger, CrashAudit Audit)> RunAsync(ChildServer server, int kills, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        await server.StartAsync();
        var administrator = (await server.TokensAsync("administrator", 1))[0];
        var tokens = await server.TokensAsync("viewer", 9);
        var eventId = await server.GoLiveAsync(administrator);

        var ledger = new CrashLedger();
        using var stop = new CancellationTokenSource();
        using var deadline = new CancellationTokenSource();
        var last = new TaskCompletionSource<long>();
        var http = new HttpClients(ledger, server, eventId, stop.Token);
        var stream = new StreamClients(ledger, server, eventId, stop.Token);
        var watching = stream.WatchAsync(tokens[8], last.Task, deadline.Token);
        var writing = Task.WhenAll(
            http.PostAsync("http-a", tokens[0]), http.PostAsync("http-b", tokens[1]), http.PostAsync("http-c", tokens[2]),
            stream.PostAsync("ws-a", tokens[3]), stream.PostAsync("ws-b", tokens[4]),
            http.RemoveAsync("remover", tokens[5]), http.ReactAsync("http-a", tokens[6]), http.ChangeSettingsAsync(administrator));

        var random = new Random(20);
        for (var kill = 0; kill < kills; kill++)
        {
            await BurstAsync(ledger, writing);
            await Task.Delay(random.Next(150));
            await server.KillAsync();
            await server.StartAsync();
        }
        await BurstAsync(ledger, writing);
        await stop.CancelAsync();
        await writing.WaitAsync(TimeSpan.FromSeconds(60));

        last.SetResult(ledger.Comments.Max(comment => comment.Seq));
        deadline.CancelAfter(patience);
        await watching.WaitAsync(TimeSpan.FromSeconds(90));
        var audit = new CrashAudit(ledger, await http.ReadAllAsync(tokens[8]));
        var line = $"{kills} kills in {clock.Elapsed.TotalSeconds:F0} s: {audit}";
        output.WriteLine(line);
        Console.WriteLine(line);
        return (ledger, audit);
    }

    /// <summary>Waits until the clients are under full steam: a kill in the quiet proves nothing.</summary>
    private static async Task BurstAsync(CrashLedger ledger, Task writing)
    {
        var wanted = ledger.Acks + 40;
        for (var waited = Stopwatch.StartNew(); ledger.Acks < wanted; await Task.Delay(5))
        {
            if (writing.IsCompleted)
                await writing;
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"The clients get nothing acknowledged any more. {string.Join('\n', ledger.Surprises)}");
        }
    }
}
