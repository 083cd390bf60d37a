using LiveComments.Load.Measure;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>Viewers of one event at a fixed rate of comments, by schedule.</summary>
/// <param name="Rate">Comments a second.</param>
/// <param name="Sampled">True to watch what the server picks when there is too much to read.</param>
/// <param name="Deaf">Further viewers who never read a byte.</param>
internal sealed record Watching(int Viewers, double Rate, TimeSpan Duration, bool ServerSentEvents, bool Sampled, int Deaf)
{
    public const int Posters = 16;

    public Report Run(LoadTarget target, Action<string> progress, CancellationToken ct)
    {
        using var stage = new Stage(target, progress, ct);
        stage.AddPosters(Enumerable.Range(0, Posters / 2), connections: Posters);
        var memory = target.Sample().Resident;
        stage.AddViewers(Viewers, ServerSentEvents, Sampled);
        var perViewer = (target.Sample().Resident - memory) / 1024.0 / Math.Max(1, Viewers);
        var deaf = new DeafViewers(stage.Loop, target, Deaf);
        stage.Run("connecting deaf viewers", TimeSpan.FromSeconds(60), _ => !deaf.AreWatching);
        deaf.Deafen();

        var usage = new Usage(target);
        long kernel = 0;
        stage.PostBySchedule(Rate, Duration, number =>
        {
            if (number % 256 == 0)
                kernel = Math.Max(kernel, DeafViewers.KernelSocketMemory());
            return (number % Posters, Text(number));
        });
        var report = new Report(Deaf > 0 ? "slow" : "viewers");
        report.Add("comments per second", Rate, "").Add("memory per viewer", perViewer, "KiB");
        usage.AddTo(report, "delivery", Math.Max(1, stage.Viewers.Sum(viewer => viewer.Delivered)));
        stage.Settle();
        if (Deaf > 0)
            report.Add("deaf viewers", Deaf).Add("deaf viewers ended by the server", deaf.Ended).Add("kernel memory of all sockets, highest", kernel / 1024.0, "KiB");
        stage.AddTo(report, Sampled);
        return report;
    }

    /// <summary>About 200 bytes, the size that other servers are compared at.</summary>
    public static string Text(int number) => $"Comment {number} by schedule ".PadRight(60, '.');
}
