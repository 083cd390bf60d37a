using LiveComments.Load.Measure;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// The most deliveries a second at which nothing is missing and 99 of 100 arrive in time: the rate of comments is doubled until
/// one of these fails, then the gap is bisected.
/// </summary>
/// <param name="From">Comments a second of the first step.</param>
/// <param name="Limit">What the 99th percentile of delivery latency must stay below.</param>
/// <param name="Highest">Comments a second beyond which it is not tried.</param>
internal sealed record MaxRate(int Viewers, int From, TimeSpan Duration, TimeSpan Limit, bool ServerSentEvents, int Highest = 200_000) : IRecipe
{
    private const int Bisections = 3;

    /// <summary>What is not delivered this long after the last comment was due is missing.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    public Needs Needs => new(FanOut.Posters);

    public Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        stage.AddPosters(Enumerable.Range(0, FanOut.Posters), connections: 0);
        stage.AddViewers(Viewers, ServerSentEvents, sampled: false);
        Try(run, stage, From, out _);
        Report? best = null;
        double held = 0, failed = From;
        while (failed <= Highest && Holds(run, stage, failed, out var report))
            (held, failed, best) = (failed, failed * 2, report);
        for (var i = 0; i < Bisections && held > 0; i++)
        {
            var middle = Math.Round(Math.Sqrt(held * failed));
            if (Holds(run, stage, middle, out var report))
                (held, best) = (middle, report);
            else
                failed = middle;
        }
        run.Done((best ?? new Report("max").Add("comments per second held", 0).Judge(false, $"FAILED: {From} comments a second are too many for {Viewers} viewers"))
            .Add("first rate that failed", failed, ""));
        return Task.CompletedTask;
    }

    /// <summary>A rate fails when it fails twice: a machine that stood still for a moment says nothing about the server.</summary>
    private bool Holds(Run run, Stage stage, double rate, out Report report) => Try(run, stage, rate, out report) || Try(run, stage, rate, out report);

    /// <summary>One step; it ends when all is quiet again.</summary>
    private bool Try(Run run, Stage stage, double rate, out Report report)
    {
        stage.Begin();
        var usage = new Usage(run.Target);
        stage.PostBySchedule(rate, Duration, (number, due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number), due));
        var whole = stage.Settle(Drain);
        var p99 = stage.DeliveryLatency().Percentile(0.99);
        report = new Report("max");
        report.Add("transport", $"{(ServerSentEvents ? "SSE" : "WebSocket")}{(run.Target.Endpoint.Tls is null ? "" : " over TLS 1.3")}")
            .Add("comments per second held", rate, "").Add("deliveries per second", rate * Viewers, "");
        usage.AddTo(report, "delivery", stage.Viewers.Sum(viewer => viewer.Delivered), Viewers);
        var ok = stage.AddTo(report).IsClean && whole && p99 < Limit.TotalMicroseconds;
        if (!whole)
            stage.Settle();
        if (stage.Office.UnderWay > 0)
            throw new LoadException("Comments of a step that was too fast were not answered within a minute.");
        // What is still on its way to viewers must not fall into the next step.
        long before = -1;
        while (before != (before = stage.Viewers.Sum(viewer => viewer.Cursor)))
            stage.Wait("quieting", TimeSpan.FromSeconds(1));
        stage.Connect(TimeSpan.FromSeconds(30));
        return ok;
    }
}
