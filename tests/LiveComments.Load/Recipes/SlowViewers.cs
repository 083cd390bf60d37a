using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// Viewers of whom some read nothing, or little, with the smallest receive buffer there is: what they cost the server, when it
/// ends them, and what the others notice. Runs without them and with them alternate, so that each run with them is compared with its neighbours.
/// </summary>
/// <param name="Every">One of so many viewers is slow.</param>
/// <param name="Reading">Bytes a second that a slow viewer reads; 0 for deaf.</param>
/// <param name="Length">Characters of a comment.</param>
internal sealed record SlowViewers(int Viewers, int Every, int Reading, int Rate, int Length, TimeSpan Duration, int Pairs) : IRecipe
{
    /// <summary>The buffers between server and a deaf viewer are full after this time.</summary>
    private static readonly TimeSpan Filled = TimeSpan.FromSeconds(4);

    /// <summary>Who reads nothing has lost the connection this long after the last comment, at the latest.</summary>
    public TimeSpan Ended { get; init; } = TimeSpan.FromSeconds(20);

    private int Slow => Viewers / Every;

    public Needs Needs => new(FanOut.Posters);

    /// <summary>Comments before anything is measured: more than the server keeps in memory by default, or what it comes to keep would count as the cost of those who are slow.</summary>
    public int Fill { get; init; } = 20_000;

    public async Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        stage.AddPosters([], FanOut.Posters);
        stage.AddViewers(1, serverSentEvents: false, sampled: false); // for whom what is kept is also encoded
        stage.PostBySchedule(Fill, TimeSpan.FromSeconds(1), (number, due) => Send(stage, number, due));
        stage.EndWarmUp();
        stage.AddViewers(Viewers - Slow - 1, serverSentEvents: false, sampled: false);
        stage.Begin();
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(2), (number, due) => Send(stage, number, due));
        stage.EndWarmUp();
        var ratios = new List<double>();
        var before = await MeasureAsync(run, stage, []);
        run.Done(before.Report);
        for (var pair = 0; pair < Pairs; pair++)
        {
            var with = await MeasureAsync(run, stage, Connect(stage));
            var after = await MeasureAsync(run, stage, []);
            // What the server grows by meanwhile without them is not theirs.
            if (with.Resident > 0)
                with.Report.Add("process memory per slow viewer", (with.Resident - (before.Resident + after.Resident) / 2) / 1024.0 / Slow, "KB");
            if (with.Kernel > 0)
                with.Report.Add("kernel memory per slow viewer", (with.Kernel - (before.Kernel + after.Kernel) / 2) / 1024.0 / Slow, "KB");
            run.Done(with.Report);
            run.Done(after.Report);
            ratios.Add(with.P99 / Math.Max(1, (before.P99 + after.P99) / 2.0));
            before = after;
        }
        ratios.Sort();
        run.Done(new Report("slow ratio").Add("viewers", Viewers).Add("slow viewers", Slow).Add("bytes a second each reads", Reading).Add("pairs", Pairs)
            .Add("p99 of the others, with to without, median", ratios[ratios.Count / 2], "").Add("highest", ratios[^1], ""));
    }

    private List<Viewer> Connect(Stage stage)
    {
        var slow = Enumerable.Range(0, Slow).Select(_ => stage.NewOutsider()).ToList();
        foreach (var viewer in slow)
            viewer.Open(receiveBuffer: 1);
        stage.Run("connecting slow viewers", TimeSpan.FromSeconds(60), _ => slow.Exists(viewer => !viewer.IsWatching));
        slow.ForEach(viewer => viewer.Deafen());
        return slow;
    }

    private async Task<Measured> MeasureAsync(Run run, Stage stage, List<Viewer> slow)
    {
        stage.Begin();
        var metrics = await run.Target.MetricsAsync(run.Cancelled);
        var (start, samples, sampled, read) = (Clock.Now, new List<(long Resident, long Kernel)>(), 0L, 0L);
        var usage = new Usage(run.Target);
        stage.PostBySchedule(Rate, Duration, (number, due) =>
        {
            Send(stage, number, due);
            var now = Clock.Now;
            if (Reading > 0 && now - read > 250_000)
            {
                foreach (var viewer in slow)
                    viewer.Read(Reading / 4);
                read = now;
            }
            if (now - start < Filled.TotalMicroseconds || now - sampled < 100_000 || slow.Exists(viewer => !viewer.IsOpen))
                return;
            sampled = now;
            samples.Add((run.Target.Sample().Resident, KernelMemory.Now().Sockets));
        });
        var report = new Report("slow");
        report.Add("slow viewers", slow.Count).Add("bytes a second each reads", Reading).Add("comments per second", Rate).Add("characters per comment", Length);
        usage.AddTo(report, "delivery", stage.Viewers.Sum(viewer => viewer.Delivered), stage.Viewers.Count);
        stage.Settle();
        var measured = new Measured(report, stage.DeliveryLatency().Percentile(0.99), Median(samples.Select(sample => sample.Resident)), Median(samples.Select(sample => sample.Kernel)));
        if (slow.Count > 0)
        {
            if (Reading == 0)
                stage.TryRun("waiting for the end of the deaf", Ended, _ => slow.Exists(viewer => viewer.IsOpen));
            var (ended, wrong) = (slow.Count(viewer => !viewer.IsOpen), slow.Sum(viewer => viewer.Missed + viewer.Repeated + viewer.Disorder));
            var passed = wrong == 0 && (Reading > 0 || ended == slow.Count);
            report.Judge(passed, $"{(passed ? "PASSED" : "FAILED")}: of {slow.Count} slow viewers the server ended {ended}, {wrong} of their entries are lost, doubled or out of order");
            report.Add("slow viewers ended by the server", ended)
                .Add("first ended after", slow.Where(viewer => !viewer.IsOpen).Select(viewer => viewer.EndedAt - start).DefaultIfEmpty(0).Min() / 1e6, "s")
                .Add("last ended after", slow.Where(viewer => !viewer.IsOpen).Select(viewer => viewer.EndedAt - start).DefaultIfEmpty(0).Max() / 1e6, "s")
                .Add("slow viewers shown only the newest", slow.Sum(viewer => viewer.Skipped))
                .Add("entries lost, doubled or out of order for slow viewers", wrong);
            var now = await run.Target.MetricsAsync(run.Cancelled);
            report.Add("closed as slow, by the server's count", now.Since(metrics, "livecomments_viewers_slow_closed_total"))
                .Add("degraded, by the server's count", now.Since(metrics, "livecomments_viewers_degraded_total"));
        }
        stage.AddTo(report);
        foreach (var viewer in slow)
            viewer.Vanish();
        return measured;
    }

    private void Send(Stage stage, int number, long due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number).PadRight(Length, '.'), due);

    private static long Median(IEnumerable<long> values) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : 0;

    /// <param name="P99">Of the viewers who read, in microseconds.</param>
    /// <param name="Resident">0 where it was not measured, as in a run too short for the buffers to fill.</param>
    /// <param name="Kernel">As <paramref name="Resident"/>.</param>
    private readonly record struct Measured(Report Report, long P99, long Resident, long Kernel);
}
