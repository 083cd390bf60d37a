using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>Viewers to whom nothing happens: what the memory and the time of a connection cost.</summary>
/// <param name="Hold">How long they are held; pings must keep all of them.</param>
internal sealed record IdleViewers(int Viewers, TimeSpan Hold, bool ServerSentEvents) : IRecipe
{
    public Needs Needs => new(0);

    public Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        // Code and pools that the first connections need are not the cost of a connection.
        stage.AddViewers(Math.Max(50, Viewers / 10), ServerSentEvents, sampled: true);
        stage.RemoveViewers();
        stage.Wait("warming up", TimeSpan.FromSeconds(3));

        var (resident, kernel, start) = (run.Target.Sample().Resident, KernelMemory.Now(), Clock.Now);
        stage.AddViewers(Viewers, ServerSentEvents, sampled: true);
        var connected = (Clock.Now - start) / 1e6;
        var usage = new Usage(run.Target);
        stage.Wait("holding", Hold);
        var (residentNow, kernelNow) = (run.Target.Sample().Resident, KernelMemory.Now());
        var ended = stage.Viewers.Sum(viewer => viewer.Ended.Count);
        var watching = stage.Viewers.Count(viewer => viewer.IsWatching);
        var report = new Report("idle");
        report.Add("transport", $"{(ServerSentEvents ? "SSE" : "WebSocket")}{(run.Target.Endpoint.Tls is null ? "" : " over TLS 1.3")}")
            .Add("viewers", Viewers).Add("all connected after", connected, "s").Add("held for", Hold.TotalSeconds, "s");
        if (run.Target.IsMeasured)
            report.Add("resident memory per connection", (residentNow - resident) / 1024.0 / Viewers, "KB");
        report.Add("kernel socket memory per connection, both ends", (kernelNow.Sockets - kernel.Sockets) / 1024.0 / Viewers, "KB")
            .Add("kernel objects per connection, both ends", (kernelNow.Slab - kernel.Slab) / 1024.0 / Viewers, "KB");
        usage.AddTo(report, "viewer", Viewers, Viewers);
        run.Done(report.Add("viewer connections ended", ended)
            .Judge(ended == 0 && watching == Viewers, $"{(ended == 0 && watching == Viewers ? "PASSED" : "FAILED")}: {watching} of {Viewers} watching after {Hold.TotalSeconds:F0} s, {ended} connections ended"));
        return Task.CompletedTask;
    }
}
