using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// Many accounts from many addresses post into one event as fast as they may while ordinary people write and watch there, with the limits on: what gets through, what a refused request costs, and what the
/// ordinary ones notice. The same without the flood comes first. The addresses are those that a trusted proxy names.
/// </summary>
/// <param name="Addresses">From where the flood comes.</param>
/// <param name="Accounts">Who posts in the flood, spread evenly over the addresses; each waits for an answer before the next.</param>
/// <param name="Rate">Posts a second of the whole flood at most.</param>
/// <param name="Viewers">Ordinary viewers.</param>
/// <param name="Writers">Ordinary writers, each of whom writes once in five seconds.</param>
internal sealed record AddressFlood(int Addresses, int Accounts, int Rate, int Viewers, int Writers, TimeSpan Duration) : IRecipe
{
    /// <summary>Seconds between two comments of an ordinary writer.</summary>
    private const int Pause = 5;

    /// <summary>Sent at most before this program looks for answers again, or it would count its own delay.</summary>
    private const int AtOnce = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>An event without the flood and one with it.</summary>
    public Needs Needs => new(Writers + Accounts, 2, ["--LiveComments:Limits:Enabled=true", "--LiveComments:Proxy:Trusted:0=127.0.0.1"]);

    public Task RunAsync(Run run)
    {
        var quiet = Measure(run, run.Target.Rooms[0], isFlooded: false, 0, out var idle);
        run.Done(quiet);
        run.Done(Measure(run, run.Target.Rooms[1], isFlooded: true, idle, out _));
        return Task.CompletedTask;
    }

    /// <param name="idle">Seconds of CPU time a second that the server takes without the flood.</param>
    /// <param name="taken">Seconds of CPU time a second that it took.</param>
    private Report Measure(Run run, string room, bool isFlooded, double idle, out double taken)
    {
        using var stage = new Stage(run, [room]);
        stage.Office.Retries = false;
        stage.AddPosters([], Writers);
        stage.AddViewers(Viewers, serverSentEvents: false, sampled: true);
        var flood = isFlooded
            ? new Flood(stage.Loop, run.Target.Endpoint, room, [.. run.Target.Tokens.Skip(Writers).Take(Accounts)], overWebSocket: false, [.. Enumerable.Range(0, Accounts).Select(AddressOf)])
            : null;
        stage.Begin();

        var (start, before, sent) = (Clock.Now, run.Target.Sample(), 0);
        var usage = new Usage(run.Target);
        var end = start + (long)Duration.TotalMicroseconds;
        stage.Run(isFlooded ? "flooding" : "without the flood", Duration + TimeSpan.FromSeconds(60), now =>
        {
            for (; start + (long)(sent * 1e6 * Pause / Writers) is var due && due <= now && due < end; sent++)
                stage.Office.Send(sent % Writers, FanOut.Text(sent), due);
            if (flood is null)
                return now < end;
            var owed = (long)((now - start) * Rate / 1e6) - flood.Ledger.Count - flood.HeldBack;
            for (var i = Math.Min(owed, AtOnce); i > 0; i--)
                flood.Send(now);
            return now < end;
        });
        var report = new Report(isFlooded ? "flood from many addresses" : "without the flood").Add("viewers", Viewers).Add("writers", Writers);
        var seconds = usage.AddTo(report, "post", sent + (flood?.Ledger.Count ?? 0));
        var cpu = (run.Target.Sample().Cpu - before.Cpu).TotalSeconds;
        taken = cpu / seconds;
        if (flood is not null)
        {
            var refused = flood.Ledger.Codes.Values.Sum();
            report.Add("addresses", Addresses).Add("accounts", Accounts).Add("flood posted per second", flood.Ledger.Count / seconds, "").Add("flood posted", flood.Ledger.Count)
                .Add("flood taken", flood.Ledger.Taken).Add("flood taken", 100.0 * flood.Ledger.Taken / Math.Max(1, flood.Ledger.Count), "%").Add("flood refused", flood.Ledger.Codes)
                .Add("server CPU per post of the flood", (cpu - idle * seconds) * 1e6 / Math.Max(1, flood.Ledger.Count), "µs").Add("flood refused", refused).Add("flood answer", flood.Ledger.Answers);
            stage.TryRun("settling", Patience, _ => flood.Ledger.UnderWay > 0);
        }
        stage.TryRun("settling", Patience, _ => stage.Office.UnderWay > 0);
        stage.Wait("settling", TimeSpan.FromSeconds(1));
        var (office, ended) = (stage.Office, stage.Viewers.Sum(viewer => viewer.Ended.Count));
        report.Add("ordinary comments", office.Posts.Count).Add("ordinary comments taken", office.Acked).Add("ordinary refused", office.Errors).Add("ordinary comment", office.AnswerLatency)
            .Add("ordinary delivery", stage.DeliveryLatency()).Add("viewer connections ended", ended);
        var isFine = office.Acked == office.Posts.Count && ended == 0;
        return report.Judge(isFine, $"{(isFine ? "PASSED" : "FAILED")}: {office.Acked} of {office.Posts.Count} ordinary comments taken, {ended} viewers' connections ended");
    }

    /// <summary>One of many home connections: each in a network of its own.</summary>
    private string AddressOf(int account) => $"198.{18 + account % Addresses / 250}.{account % Addresses % 250}.7";
}
