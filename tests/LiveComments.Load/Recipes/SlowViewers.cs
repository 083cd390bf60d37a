using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// Viewers of whom some read nothing, or little, with the smallest receive buffer there is: what they cost the server, when it
/// ends them, and what the others notice. Runs without them and with them alternate, so that a ratio compares neighbours.
/// </summary>
/// <param name="Every">One of so many viewers is slow.</param>
/// <param name="Reading">Bytes a second that a slow viewer reads; 0 for deaf.</param>
/// <param name="Length">Characters of a comment.</param>
internal sealed record SlowViewers(int Viewers, int Every, int Reading, int Rate, int Length, TimeSpan Duration, int Pairs) : IRecipe
{
    /// <summary>The buffers between server and a deaf viewer are full after this time.</summary>
    private static readonly TimeSpan Filled = TimeSpan.FromSeconds(4);

    private int Slow => Viewers / Every;

    public Needs Needs => new(FanOut.Posters);

    public async Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        stage.AddPosters([], FanOut.Posters);
        stage.AddViewers(Viewers - Slow, serverSentEvents: false, sampled: false);
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(2), (number, due) => Send(stage, number, due));
        stage.EndWarmUp();
        var ratios = new List<double>();
        for (var pair = 0; pair < Pairs; pair++)
        {
            var without = await MeasureAsync(run, stage, [], default);
            var with = await MeasureAsync(run, stage, Connect(stage), without);
            ratios.Add(with.P99 / (double)Math.Max(1, without.P99));
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

    private async Task<Measured> MeasureAsync(Run run, Stage stage, List<Viewer> slow, Measured without)
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
        var measured = new Measured(stage.DeliveryLatency().Percentile(0.99), Median(samples.Select(sample => sample.Resident)), Median(samples.Select(sample => sample.Kernel)));
        if (slow.Count > 0)
        {
            if (run.Target.IsMeasured)
                report.Add("process memory per slow viewer", (measured.Resident - without.Resident) / 1024.0 / slow.Count, "KB");
            report.Add("kernel memory per slow viewer", (measured.Kernel - without.Kernel) / 1024.0 / slow.Count, "KB")
                .Add("slow viewers ended by the server", slow.Count(viewer => !viewer.IsOpen))
                .Add("first ended after", slow.Where(viewer => !viewer.IsOpen).Select(viewer => viewer.EndedAt - start).DefaultIfEmpty(0).Min() / 1e6, "s")
                .Add("last ended after", slow.Where(viewer => !viewer.IsOpen).Select(viewer => viewer.EndedAt - start).DefaultIfEmpty(0).Max() / 1e6, "s")
                .Add("slow viewers shown only the newest", slow.Sum(viewer => viewer.Skipped))
                .Add("entries lost, doubled or out of order for slow viewers", slow.Sum(viewer => viewer.Missed + viewer.Repeated + viewer.Disorder));
            var now = await run.Target.MetricsAsync(run.Cancelled);
            report.Add("closed as slow, by the server's count", now.Since(metrics, "livecomments_viewers_slow_closed_total"))
                .Add("degraded, by the server's count", now.Since(metrics, "livecomments_viewers_degraded_total"));
        }
        stage.AddTo(report);
        run.Done(report);
        foreach (var viewer in slow)
            viewer.Vanish();
        return measured;
    }

    private void Send(Stage stage, int number, long due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number).PadRight(Length, '.'), due);

    private static long Median(IEnumerable<long> values) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : 0;

    /// <param name="P99">Of the viewers who read, in microseconds.</param>
    private readonly record struct Measured(long P99, long Resident, long Kernel);
}
