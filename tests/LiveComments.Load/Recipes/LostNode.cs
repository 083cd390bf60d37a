using System.Diagnostics;
using System.Globalization;
using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>A command kills or stops one of several nodes under load: when all of its viewers are back, where they are then, and what those who post notice.</summary>
/// <param name="Rate">Comments a second throughout.</param>
/// <param name="After">How long it goes on after the command.</param>
/// <param name="Command">For the shell.</param>
/// <param name="Nodes">Addresses of the nodes themselves, which say how many watch there.</param>
internal sealed record LostNode(int Viewers, int Rate, TimeSpan After, string Command, IReadOnlyList<Uri> Nodes, bool ServerSentEvents) : IRecipe
{
    public Needs Needs => new(FanOut.Posters);

    public async Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        stage.AddPosters(Enumerable.Range(0, FanOut.Posters / 2), connections: FanOut.Posters);
        stage.AddViewers(Viewers, ServerSentEvents, sampled: false);
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(3), Send);
        stage.EndWarmUp();
        stage.Begin();
        var before = await NodesAsync(run.Cancelled);

        var head = stage.Viewers.Max(viewer => viewer.Cursor);
        stage.Office.Settled = (post, _) => head = Math.Max(head, post.Seq);
        var absences = new Absences(stage.Viewers);
        Task<IReadOnlyDictionary<string, double>?[]>? whenBack = null;
        var began = Clock.Now;
        using var command = Process.Start(new ProcessStartInfo("sh", ["-c", Command]))!;
        stage.PostBySchedule(Rate, After, Send, now =>
        {
            absences.Look(now, head);
            if (absences.AllBackAt > 0)
                whenBack ??= NodesAsync(run.Cancelled);
        });
        if (whenBack is null)
            throw new LoadException(absences.Count == 0
                ? "No viewer lost its connection: --command ended no node that somebody watched."
                : $"Not all viewers were back after {After.TotalSeconds} s; --after asks for longer.");
        await command.WaitForExitAsync(run.Cancelled).WaitAsync(TimeSpan.FromSeconds(60), run.Cancelled);
        if (command.ExitCode != 0)
            throw new LoadException($"--command ended with {command.ExitCode}.");
        stage.Settle();

        var office = stage.Office;
        var acked = office.Posts.Where(post => post.IsAcked).Select(post => post.Settled).Append(began).Order().ToList();
        var silence = acked.Zip(acked.Skip(1), (from, to) => to - from).DefaultIfEmpty(Clock.Now - began).Max();
        var after = await NodesAsync(run.Cancelled);
        var tries = office.Acked + office.Errors.Values.Sum();
        var report = new Report("lost node");
        report.Add("transport", ServerSentEvents ? "SSE" : "WebSocket").Add("comments per second", Rate)
            .Add("viewers who lost their node", absences.First.Count).Add("all back and complete", (absences.AllBackAt - absences.FirstAt) / 1e6, "s")
            .Add("away until complete", absences.First)
            .Add("viewers moved afterwards", absences.Later.Count).Add("moving took, max", absences.Later.Max / 1e6, "s")
            .Add("viewers on each node before", Spread(before)).Add("when all were back", Spread(await whenBack)).Add("in the end", Spread(after))
            .Add("reads of the store to open or repair a feed", Since("livecomments_feed_reads_total") - Since("livecomments_feed_reads_total", "reason=\"look\"")).Add("pages of the log read for viewers", Since("livecomments_resume_pages_total"))
            .Add("messages between nodes per comment", Since("livecomments_nodes_messages_total") / (double)Math.Max(1, office.Acked), "")
            .Add("requests of posters that succeeded", 100.0 * office.Acked / Math.Max(1, tries), "%").Add("nothing acknowledged for", silence / 1e6, "s");
        stage.AddTo(report);
        run.Done(report);

        // By the count of those nodes that live on.
        long Since(string name, string labels = "") => before.Zip(after).Sum(node => node is ({ } then, { } now) ? now.Since(then, name, labels) : 0);

        void Send(int number, long due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number), due);
    }

    /// <summary>How many watch on each node; "-" for one that does not answer.</summary>
    private static string Spread(IReadOnlyDictionary<string, double>?[] nodes) =>
        string.Join(", ", nodes.Select(node => node?.Where(metric => metric.Key.Split('{')[0] == "livecomments_viewers").Sum(metric => metric.Value).ToString(CultureInfo.InvariantCulture) ?? "-"));

    /// <summary>What each node counts; null for one that does not answer.</summary>
    private Task<IReadOnlyDictionary<string, double>?[]> NodesAsync(CancellationToken ct) => Task.WhenAll(Nodes.Select(node => MetricsAsync(node, ct)));

    private static async Task<IReadOnlyDictionary<string, double>?> MetricsAsync(Uri node, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = node, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return ServerMetrics.Read(await client.GetStringAsync("/metrics", ct));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
