using LiveComments.Load.Measure;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// The most deliveries a second at which everything posted is taken and delivered to everybody, 99 of 100 in time: the rate of comments is
/// doubled until one of these fails, then the gap is bisected.
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
        Report? best = null;
        double held = 0, failed = From;
        var dirt = Try(run, stage, From).Dirt;
        while (failed <= Highest && Holds(failed))
            (held, failed) = (failed, failed * 2);
        for (var i = 0; i < Bisections && held > 0; i++)
        {
            var middle = Math.Round(Math.Sqrt(held * failed));
            if (Holds(middle))
                held = middle;
            else
                failed = middle;
        }
        var report = best ?? new Report("max").Add("comments per second held", 0);
        if (dirt is not null)
            report.Judge(false, dirt);
        else if (best is null)
            report.Judge(false, $"FAILED: {From} comments a second are too many for {Viewers} viewers");
        run.Done(report.Add("first rate that failed", failed, ""));
        return Task.CompletedTask;

        // A rate fails when it fails twice: a machine that stood still for a moment says nothing about the server. With dirt there is nothing more to find.
        bool Holds(double rate)
        {
            for (var i = 0; i < 2 && dirt is null; i++)
            {
                (var ok, dirt, var tried) = Try(run, stage, rate);
                if (!ok)
                    continue;
                best = tried;
                return dirt is null;
            }
            return false;
        }
    }

    /// <summary>One step; it ends when all is quiet again.</summary>
    /// <returns>
    /// Whether everything that was posted was taken and shown to everybody, in time. What is wrong otherwise than by being late, left out with a word or refused for lack of room
    /// is dirt: no rate excuses it.
    /// </returns>
    private (bool Held, string? Dirt, Report Report) Try(Run run, Stage stage, double rate)
    {
        stage.Begin();
        var usage = new Usage(run.Target);
        stage.PostBySchedule(rate, Duration, (number, due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number), due));
        var whole = stage.Settle(Drain);
        var p99 = stage.DeliveryLatency().Percentile(0.99);
        var delivered = stage.Viewers.Sum(viewer => viewer.Delivered);
        var report = new Report("max");
        report.Add("transport", $"{(ServerSentEvents ? "SSE" : "WebSocket")}{(run.Target.Endpoint.Tls is null ? "" : " over TLS 1.3")}")
            .Add("comments per second held", rate, "");
        report.Add("deliveries per second", delivered / usage.AddTo(report, "delivery", delivered, Viewers), "");
        var verdict = stage.AddTo(report);
        var held = whole && verdict.IsClean && verdict.Acked == verdict.Posted && verdict.Delivered == verdict.Acked * Viewers && p99 < Limit.TotalMicroseconds;
        if (!whole)
            stage.Settle();
        if (stage.Office.UnderWay > 0)
            throw new LoadException("Comments of a step that was too fast were not answered within a minute.");
        // What is still on its way to viewers must not fall into the next step.
        long before = -1;
        while (before != (before = stage.Viewers.Sum(viewer => viewer.Cursor)))
            stage.Wait("quieting", TimeSpan.FromSeconds(1));
        stage.Connect(TimeSpan.FromSeconds(30));
        var end = stage.Judge(PostOffice.NotNow);
        return (held, end.WithoutLeftOut.IsClean ? null : $"{end}, at {rate} comments a second", report);
    }
}
