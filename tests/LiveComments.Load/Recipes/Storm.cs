using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>All viewers vanish at once, miss what is written meanwhile, come back at once and resume.</summary>
/// <param name="Rate">Comments a second throughout.</param>
/// <param name="Away">How long they are gone.</param>
internal sealed record Storm(int Viewers, int Rate, TimeSpan Away, bool ServerSentEvents) : IRecipe
{
    public Needs Needs => new(FanOut.Posters);

    public async Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        stage.AddPosters(Enumerable.Range(0, FanOut.Posters / 2), connections: FanOut.Posters);
        var connecting = Clock.Now;
        stage.AddViewers(Viewers, ServerSentEvents, sampled: false);
        var connected = (Clock.Now - connecting) / 1e6;
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(2), Send);

        stage.ViewersReturn = false;
        foreach (var viewer in stage.Viewers)
            viewer.Vanish();
        stage.PostBySchedule(Rate, Away, Send);

        var metrics = await run.Target.MetricsAsync(run.Cancelled);
        var usage = new Usage(run.Target);
        var (back, complete) = (Clock.Now, 0);
        var head = stage.Office.Posts.Max(post => post.Seq);
        stage.ViewersReturn = true;
        stage.Run("resuming", TimeSpan.FromSeconds(120), _ =>
        {
            while (complete < Viewers && stage.Viewers[complete] is { IsWatching: true } viewer && viewer.Cursor >= head)
                complete++;
            return complete < Viewers;
        });
        var resumed = (Clock.Now - back) / 1e6;
        var report = new Report("storm");
        report.Add("transport", $"{(ServerSentEvents ? "SSE" : "WebSocket")}{(run.Target.Endpoint.Tls is null ? "" : " over TLS 1.3")}").Add("away", Away.TotalSeconds, "s")
            .Add("first connect of all", connected, "s").Add("all back and complete", resumed, "s");
        usage.AddTo(report, "return", Viewers, Viewers);
        var now = await run.Target.MetricsAsync(run.Cancelled);
        foreach (var source in new[] { "ring", "store", "reset" })
            report.Add($"resumed from {source}, by the server's count", now.Since(metrics, "livecomments_resumes_total", $"source=\"{source}\""));
        report.Add("pages of the log read, by the server's count", now.Since(metrics, "livecomments_resume_pages_total"));
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(2), Send);
        stage.Settle();
        stage.AddTo(report);
        run.Done(report);

        void Send(int number, long due) => stage.Office.Send(number % FanOut.Posters, FanOut.Text(number), due);
    }
}
