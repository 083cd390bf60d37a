using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// What a viewer costs at rising rates of comments, with everything shown and with the display budget. What taking the comments
/// costs is measured without viewers first, and subtracted.
/// </summary>
/// <param name="Rates">Comments a second.</param>
internal sealed record CostOfRate(int Viewers, IReadOnlyList<int> Rates, TimeSpan Duration) : IRecipe
{
    /// <summary>The server's code is compiled for speed in this time.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public Needs Needs => new(FanOut.Posters);

    public Task RunAsync(Run run)
    {
        if (!run.Target.IsMeasured)
            throw new LoadException("This recipe measures the server's CPU time: with --url it needs --pid.");
        using var stage = new Stage(run);
        stage.AddPosters(Enumerable.Range(0, FanOut.Posters), connections: 0);
        Post(stage, Rates[^1], WarmUp);
        stage.EndWarmUp();
        foreach (var rate in Rates)
        {
            // Before and after: what is small beside what it is subtracted from must be taken close to it.
            var alone = Cpu(run, () => Post(stage, rate, Duration)).PerSecond;
            stage.EndWarmUp();
            var reports = new[] { Measure(run, stage, rate, sampled: false), Measure(run, stage, rate, sampled: true) };
            alone = (alone + Cpu(run, () => Post(stage, rate, Duration)).PerSecond) / 2;
            stage.EndWarmUp();
            foreach (var (report, cpu) in reports)
                run.Done(report.Add("server CPU per viewer and second", (cpu - alone) / Viewers, "µs").Add("server CPU without viewers", alone / 1e6, "cores"));
        }
        return Task.CompletedTask;
    }

    private (Report Report, double Cpu) Measure(Run run, Stage stage, int rate, bool sampled)
    {
        stage.AddViewers(Viewers, serverSentEvents: false, sampled);
        var report = new Report("cost");
        var (cpu, usage) = Cpu(run, () => Post(stage, rate, Duration));
        report.Add("display budget", sampled ? "default" : "off").Add("comments per second", rate);
        var seconds = usage.AddTo(report, "delivery", stage.Viewers.Sum(viewer => viewer.Delivered), Viewers);
        report.Add("received per viewer and second", stage.Viewers.Sum(viewer => viewer.Received) / 1024.0 / Viewers / seconds, "KB")
            .Add("batches per viewer and second", stage.Viewers.Sum(viewer => viewer.Batches) / (double)Viewers / seconds, "")
            .Add("delivered per viewer and second", stage.Viewers.Sum(viewer => viewer.Delivered) / (double)Viewers / seconds, "");
        stage.AddTo(report);
        stage.RemoveViewers();
        return (report, cpu);
    }

    private static void Post(Stage stage, int rate, TimeSpan duration)
    {
        stage.Begin();
        stage.PostBySchedule(rate, duration, (number, due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number), due));
        stage.Settle();
    }

    /// <summary>The server's CPU time meanwhile, in microseconds a second.</summary>
    private static (double PerSecond, Usage Usage) Cpu(Run run, Action work)
    {
        var (before, start, usage) = (run.Target.Sample().Cpu, Clock.Now, new Usage(run.Target));
        work();
        return ((run.Target.Sample().Cpu - before).TotalMicroseconds / ((Clock.Now - start) / 1e6), usage);
    }
}
