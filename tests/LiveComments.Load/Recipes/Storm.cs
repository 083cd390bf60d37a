using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>All viewers vanish at once, miss what is written meanwhile, come back at once and resume.</summary>
/// <param name="Rate">Comments a second throughout.</param>
/// <param name="Away">How long they are gone.</param>
internal sealed record Storm(int Viewers, double Rate, TimeSpan Away, bool ServerSentEvents)
{
    public Report Run(LoadTarget target, Action<string> progress, CancellationToken ct)
    {
        using var stage = new Stage(target, progress, ct);
        stage.AddPosters(Enumerable.Range(0, Watching.Posters / 2), connections: Watching.Posters);
        var connecting = Clock.Now;
        stage.AddViewers(Viewers, ServerSentEvents, sampled: false);
        var connected = (Clock.Now - connecting) / 1e6;
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(2), Next);

        stage.ViewersReturn = false;
        foreach (var viewer in stage.Viewers)
            viewer.Vanish();
        stage.PostBySchedule(Rate, Away, Next);

        var usage = new Usage(target);
        var back = Clock.Now;
        var head = stage.Office.Posts.Max(post => post.Seq);
        stage.ViewersReturn = true;
        stage.Run("resuming", TimeSpan.FromSeconds(120), _ => stage.Viewers.Any(viewer => !viewer.IsWatching || viewer.Cursor < head));
        var resumed = (Clock.Now - back) / 1e6;
        var report = new Report("storm");
        report.Add("first connect of all", connected, "s").Add("all back and complete", resumed, "s");
        usage.AddTo(report, "return", Viewers);
        stage.PostBySchedule(Rate, TimeSpan.FromSeconds(2), Next);
        stage.Settle();
        stage.AddTo(report, sampled: false);
        return report;

        (int, string) Next(int number) => (number % Watching.Posters, Watching.Text(number));
    }
}
