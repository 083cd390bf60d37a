using System.Diagnostics;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>Who is here, on several nodes that share a Redis: what that costs, and how soon one node knows of a viewer who has left another, and of a node that was killed.</summary>
/// <param name="Hold">How long each of the two stages is measured: nobody moves, then some do.</param>
/// <param name="Moving">Viewers who leave each second of the second stage; they come back at once.</param>
/// <param name="Tabs">Viewers of the first node who leave one after the other, to see how soon the last node knows.</param>
/// <param name="Nodes">Addresses of the nodes themselves.</param>
/// <param name="Redis">Its address, see <see cref="RedisInfo"/>.</param>
/// <param name="Command">Kills the first node, for the shell; null for none.</param>
internal sealed record SharedPresence(int Viewers, TimeSpan Hold, int Moving, int Tabs, IReadOnlyList<Uri> Nodes, string Redis, string? Command) : IRecipe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Microseconds between two questions how many are here.</summary>
    private const long AskEvery = 20_000;

    public Needs Needs => new(0);

    public async Task RunAsync(Run run)
    {
        if (Nodes.Count < 2 || Tabs > Viewers / Nodes.Count)
            throw new LoadException("This run needs two nodes (--node), and as many viewers of each as --tabs.");
        using var stage = new Stage(run);
        using var last = new HttpClient { BaseAddress = Nodes[^1], Timeout = TimeSpan.FromSeconds(5) };
        stage.AddViewers(Viewers, serverSentEvents: false, sampled: true, nodes: [.. Nodes.Select(node => Endpoint.Of(node))]);
        var report = new Report("presence").Add("nodes", Nodes.Count).Add("viewers", Viewers).Add("all counted after", UntilCounted() / 1e6, "s");

        var before = await RedisInfo.ReadAsync(Redis, run.Cancelled);
        stage.Wait("nobody comes or goes", Hold);
        before = Add("while nobody comes or goes", before, await RedisInfo.ReadAsync(Redis, run.Cancelled));
        var (began, moved) = (Clock.Now, 0L);
        stage.Run("some leave and come", Hold + Patience, now =>
        {
            for (; moved < (now - began) * Moving / 1_000_000; moved++)
                stage.Viewers[(int)(moved % Viewers)].Vanish();
            return now - began < Hold.TotalMicroseconds;
        });
        var after = Add($"while {Moving} leave and come each second", before, await RedisInfo.ReadAsync(Redis, run.Cancelled));
        report.Add("memory of Redis", after["used_memory"] / 1048576, "MB");
        stage.Connect(Patience);
        UntilCounted();

        stage.ViewersReturn = false;
        var missed = new Histogram();
        for (var tab = 0; tab < Tabs; tab++)
        {
            stage.Viewers[tab * Nodes.Count].Vanish();
            missed.Add(UntilCounted());
        }
        report.Add("a closed tab is not counted on another node after, p50", missed.Percentile(0.50) / 1e6, "s").Add("max", missed.Max / 1e6, "s");
        if (Command is not null)
        {
            began = Clock.Now;
            using var command = Process.Start(new ProcessStartInfo("sh", ["-c", Command]))!;
            await command.WaitForExitAsync(run.Cancelled).WaitAsync(Patience, run.Cancelled);
            if (command.ExitCode != 0)
                throw new LoadException($"--command ended with {command.ExitCode}.");
            stage.Run("the first node ends", Patience, _ => stage.Viewers.Where((_, i) => i % Nodes.Count == 0).Any(viewer => viewer.IsWatching));
            UntilCounted();
            report.Add("a killed node's viewers are not counted after", (Clock.Now - began) / 1e6, "s");
        }
        run.Done(report.Judge(true, "PASSED: the last node counted those who watched, each time"));

        // Microseconds until the last node counts those who watch, and no others.
        long UntilCounted()
        {
            var (start, asked, ask) = (Clock.Now, (Task<int>?)null, 0L);
            stage.Run("waiting until all who watch are counted", Patience, now =>
            {
                if (asked is { IsCompleted: true })
                {
                    if (asked.GetAwaiter().GetResult() == stage.Viewers.Count(viewer => viewer.IsWatching))
                        return false;
                    (asked, ask) = (null, now + AskEvery);
                }
                else if (asked is null && now >= ask)
                {
                    asked = OnlineAsync(last, $"{stage.Rooms[0][..stage.Rooms[0].LastIndexOf('/')]}/presence", run.Cancelled);
                }
                return true;
            });
            return Clock.Now - start;
        }

        IReadOnlyDictionary<string, double> Add(string what, IReadOnlyDictionary<string, double> from, IReadOnlyDictionary<string, double> to)
        {
            report.Add($"commands of Redis a second {what}", Rate("total_commands_processed"), "").Add($"bytes to Redis a second {what}", Rate("total_net_input_bytes"), "")
                .Add($"bytes from Redis a second {what}", Rate("total_net_output_bytes"), "").Add($"CPU of Redis {what}", 100 * (Rate("used_cpu_user") + Rate("used_cpu_sys")), "% of a core");
            return to;

            double Rate(string name) => (to[name] - from[name]) / Hold.TotalSeconds;
        }
    }

    private static async Task<int> OnlineAsync(HttpClient node, string path, CancellationToken ct)
    {
        using var answer = await node.GetAsync(path, ct);
        if (!answer.IsSuccessStatusCode)
            throw new LoadException($"GET {path} was answered {(int)answer.StatusCode}.");
        return System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync(ct)).GetProperty("online").GetInt32();
    }
}
