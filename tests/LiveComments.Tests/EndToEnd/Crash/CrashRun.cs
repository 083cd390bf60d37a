using System.Diagnostics;
using Xunit.Abstractions;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>Clients post, react, remove and change settings in bursts, each of which something interrupts, and the audit of what they were told.</summary>
internal static class CrashRun
{
    /// <param name="crash">What happens in the middle of each burst; the server is ready again when it returns.</param>
    /// <param name="settings">Whether settings change too. Where only the store fails, a change that the log did not take is announced later, together with those that followed it.</param>
    /// <param name="patience">How long the viewer may take to see the last entry: one that was lost is never seen.</param>
    /// <param name="hoppers">Viewers beside the one that stays, who change the connection every few seconds.</param>
    public static async Task<(CrashLedger Ledger, CrashAudit Audit)> RunAsync(
        ICrashTarget server, int crashes, Func<Task> crash, TimeSpan patience, ITestOutputHelper output, bool settings = true, int hoppers = 0)
    {
        var clock = Stopwatch.StartNew();
        await server.StartAsync();
        var administrator = (await server.TokensAsync("administrator", 1))[0];
        var tokens = await server.TokensAsync("viewer", 9);
        var eventId = await ChildServer.GoLiveAsync(server, administrator);

        var ledger = new CrashLedger();
        clock.Restart();
        using var stop = new CancellationTokenSource();
        using var deadline = new CancellationTokenSource();
        var last = new TaskCompletionSource<long>();
        var http = new HttpClients(ledger, server, eventId, stop.Token);
        var stream = new StreamClients(ledger, server, eventId, stop.Token);
        var watching = Task.WhenAll(Enumerable.Range(0, 1 + hoppers).Select(viewer => stream.WatchAsync(tokens[8], last.Task, deadline.Token, viewer, viewer == 0 ? null : TimeSpan.FromSeconds(5))));
        var writing = Task.WhenAll(
            http.PostAsync("http-a", tokens[0]), http.PostAsync("http-b", tokens[1]), http.PostAsync("http-c", tokens[2]),
            stream.PostAsync("ws-a", tokens[3]), stream.PostAsync("ws-b", tokens[4]),
            http.RemoveAsync("remover", tokens[5]), http.ReactAsync("http-a", tokens[6]), settings ? http.ChangeSettingsAsync(administrator) : Task.CompletedTask);

        var random = new Random(20);
        for (var i = 0; i < crashes; i++)
        {
            await BurstAsync(ledger, writing);
            await Task.Delay(random.Next(150));
            output.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s: crash {i + 1}");
            await crash();
            output.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s: over");
        }
        await BurstAsync(ledger, writing);
        await stop.CancelAsync();
        await writing.WaitAsync(TimeSpan.FromSeconds(60));
        // Who has seen the last comment must have seen every removal too.
        await http.PostLastAsync(tokens[0]);

        last.SetResult(ledger.Comments.Max(comment => comment.Seq));
        deadline.CancelAfter(patience);
        await watching.WaitAsync(TimeSpan.FromSeconds(90));
        var audit = new CrashAudit(ledger, await http.ReadAllAsync(tokens[8]));
        var line = $"{crashes} crashes in {clock.Elapsed.TotalSeconds:F0} s: {audit}; {hoppers} viewers hopped; nothing was acknowledged for {string.Join(", ", ledger.Silences.Take(5).Select(one => $"{one.Silence.TotalSeconds:F1} s from {one.At.TotalSeconds:F0} s on"))}";
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
