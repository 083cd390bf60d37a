using System.Globalization;
using System.Text.Json;
using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// Several times as many comments into one event as the server can take, from people who do not wait for answers, while a second event gets a few and both are watched.
/// For each number of posters the most that is taken is measured first, by posters who wait; then comes a stage for each of the times. Each has events of its own. At the end of
/// each stage the flooded event's log is read whole and compared with what was answered.
/// </summary>
/// <param name="Posters">The numbers of people who post to the flooded event.</param>
/// <param name="Times">How many times the most is offered.</param>
/// <param name="Viewers">Of each of the two events.</param>
/// <param name="OverWebSocket">True to post over WebSocket, else over HTTP.</param>
internal sealed record Overload(IReadOnlyList<int> Posters, IReadOnlyList<int> Times, TimeSpan Duration, int Viewers, bool OverWebSocket) : IRecipe
{
    /// <summary>Who post to the other event, and how many comments a second.</summary>
    private const int OtherPosters = 8, OtherRate = 20;

    /// <summary>HTTP connections for them: more than what can wait in seconds that a request takes.</summary>
    private const int OtherConnections = 200;

    /// <summary>Under way over all WebSockets while the most is measured; over HTTP one on each connection. The server's queue of an event holds more.</summary>
    private const int InFlight = 3_200;

    /// <summary>Sent at most before this program looks for answers again, or it would count its own delay.</summary>
    private const int AtOnce = 2_000;

    /// <summary>Posts of a stage at most: what this program keeps of each.</summary>
    private const int MaxPosts = 10_000_000;

    /// <summary>What is not answered this long after the last post never is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Compilers and caches settle in this time: what comes later must not be more than the most.</summary>
    public TimeSpan WarmUp { get; init; } = 2 * CommentThroughput.WarmUp;

    /// <summary>Comments of the log that are read at a time.</summary>
    public int Page { get; init; } = 500;

    /// <summary>Two events for each stage and each time the most is measured.</summary>
    public Needs Needs => new(Posters.Max() + OtherPosters, 2 * Posters.Count * (1 + Times.Count));

    public async Task RunAsync(Run run)
    {
        var rooms = run.Target.Rooms.Chunk(2).GetEnumerator();
        foreach (var posters in Posters)
        {
            var most = MeasureMost(run, Next(), posters);
            foreach (var times in Times)
                run.Done(await MeasureAsync(run, Next(), posters, times, most));
        }

        string[] Next()
        {
            rooms.MoveNext();
            return rooms.Current;
        }
    }

    /// <returns>Comments taken a second, from as many as wait for their answers.</returns>
    private double MeasureMost(Run run, string[] rooms, int posters)
    {
        using var stage = new Stage(run, rooms);
        var flood = Open(run, stage, posters);
        stage.AddViewers(2 * Viewers, serverSentEvents: false, sampled: true, rooms: 2);
        var posting = true;
        flood.Answered = () =>
        {
            if (posting)
                flood.Send(Clock.Now);
        };
        for (var i = 0; i < posters * (OverWebSocket ? Math.Max(1, InFlight / posters) : 1); i++)
            flood.Send(Clock.Now);
        Run(stage, flood, "warming up", WarmUp);
        var (start, taken) = (Clock.Now, flood.Ledger.Taken);
        Run(stage, flood, "measuring the most", Duration);
        var most = (flood.Ledger.Taken - taken) / ((Clock.Now - start) / 1e6);
        posting = false;
        Settle(stage, flood);
        return most > 0 ? most : throw new LoadException("The server took nothing.");
    }

    private async Task<Report> MeasureAsync(Run run, IReadOnlyList<string> rooms, int posters, int times, double most)
    {
        using var stage = new Stage(run, rooms);
        stage.Office.Retries = false;
        var others = Enumerable.Range(0, OtherPosters).Select(i => Posters.Max() + i).ToList();
        if (OverWebSocket)
            others.ForEach(user => stage.Office.OpenSocket(user, room: 1));
        stage.AddPosters([], OverWebSocket ? 0 : OtherConnections);
        stage.AddViewers(2 * Viewers, serverSentEvents: false, sampled: true, rooms: 2);
        var flood = Open(run, stage, posters);
        stage.Begin();

        var usage = new Usage(run.Target);
        var (start, sent, rate, pause, looked) = (Clock.Now, 0, most * times, 0L, Clock.Now);
        var end = start + (long)Duration.TotalMicroseconds;
        stage.Run("flooding", Duration + TimeSpan.FromSeconds(60), now =>
        {
            (pause, looked) = (Math.Max(pause, now - looked), now);
            flood.Tick(now);
            for (; start + (long)(sent * 1e6 / OtherRate) is var due && due <= now && due < end; sent++)
                stage.Office.Send(others[sent % OtherPosters], FanOut.Text(sent), due, room: 1);
            // What was due and is too much to be sent before answers are read again is not made up for later: the rate that was offered is in the report.
            var owed = Math.Min((long)((now - start) * rate / 1e6), MaxPosts) - flood.Ledger.Count - flood.HeldBack;
            for (var i = Math.Min(owed, AtOnce); i > 0; i--)
                flood.Send(now);
            return now < end;
        });
        var (seconds, taken) = ((Clock.Now - start) / 1e6, flood.Ledger.Taken);
        var report = new Report("overload of one event").Add("door", OverWebSocket ? "WebSocket" : "HTTP").Add("posters", posters).Add("times the most", times).Add("the most taken per second", most, "");
        report.Add("wanted per second", rate, "").Add("offered per second", flood.Ledger.Count / seconds, "").Add("not sent, the connection was full", flood.HeldBack)
            .Add("taken per second", taken / seconds, "").Add("taken, of the most", 100 * taken / seconds / most, "%");
        usage.AddTo(report, "post", flood.Ledger.Count);
        Settle(stage, flood);

        var (ledger, office, now) = (flood.Ledger, stage.Office, Clock.Now);
        var otherRefused = office.Posts.Count - office.Acked;
        var verdict = OverloadVerdict.Of(ledger, await NumbersAsync(run, rooms[0]), taken / seconds / most, office.Posts.Count, otherRefused, office.AnswerLatency);
        report.Add("posted", ledger.Count).Add("taken", ledger.Taken).Add("refused", ledger.Codes)
            .Add("answers later than 2 s", 100.0 * (ledger.Late + ledger.UnderWay) / Math.Max(1, ledger.Count), "%").Add("unanswered", ledger.UnderWay)
            .Add("longest answer", ledger.LongestWait(now) / 1e6, "s").Add("answer", ledger.Answers)
            .Add("refused but stored", verdict.RefusedButStored).Add("acknowledged but not stored", verdict.Lost).Add("doubled or unasked", verdict.Wrong).Add("poster connections ended", flood.Ended)
            .Add("other event posted", office.Posts.Count).Add("other event refused", office.Errors).Add("other event not taken", otherRefused).Add("other event post", office.AnswerLatency)
            .Add("other event longest wait", office.LongestWait(now) / 1e6, "s")
            .Add("viewers of each event", Viewers).Add("viewer connections ended", stage.Viewers.Sum(viewer => viewer.Ended.Count))
            .Add("flooded event delivery", Delivery(stage, ledger)).Add("other event delivery", stage.DeliveryLatency())
            .Add("longest pause of this program", pause / 1000.0, "ms");
        report.Judge(verdict.IsClean, verdict.ToString());
        var offered = ledger.Count / seconds / most;
        // A pass says little then: over HTTP a poster has one request under way, and a hundred of them may not overload anything.
        return offered < 0.9 * times ? report.Judge(true, string.Create(CultureInfo.InvariantCulture, $"only {offered:0.0} times the most were offered")) : report;
    }

    private Flood Open(Run run, Stage stage, int posters)
    {
        var flood = new Flood(stage.Loop, run.Target.Endpoint, stage.Rooms[0], [.. run.Target.Tokens.Take(posters)], OverWebSocket);
        stage.Run("connecting posters", TimeSpan.FromSeconds(60), now =>
        {
            flood.Tick(now);
            return !flood.IsReady;
        });
        return flood;
    }

    private static void Run(Stage stage, Flood flood, string doing, TimeSpan duration)
    {
        var end = Clock.Now + (long)duration.TotalMicroseconds;
        stage.Run(doing, duration + TimeSpan.FromSeconds(10), now =>
        {
            flood.Tick(now);
            return now < end;
        });
    }

    /// <summary>Waits for answers, and for viewers to be shown what was posted.</summary>
    private static void Settle(Stage stage, Flood flood)
    {
        stage.TryRun("settling", Patience, now => flood.Ledger.UnderWay > 0 || stage.Office.UnderWay > 0);
        stage.Wait("settling", TimeSpan.FromSeconds(1));
    }

    /// <summary>From sending a post to when a viewer had read it, of those that viewers were shown.</summary>
    private static Histogram Delivery(Stage stage, FloodLedger ledger)
    {
        var latency = new Histogram();
        foreach (var frame in stage.FramesOf(0).All)
            foreach (var entry in frame.Batch.Entries)
                if (ledger.SentAt(Flood.Number(entry.Text)) is { } sent)
                    foreach (var arrival in frame.Arrivals)
                        latency.Add(arrival - sent);
        return latency;
    }

    /// <summary>The number of every comment in an event's log, -1 for one that has none.</summary>
    private async Task<List<long>> NumbersAsync(Run run, string room)
    {
        using var client = run.Target.Client();
        var numbers = new List<long>();
        for (var path = $"{room}?after=start&limit={Page}"; path is not null;)
        {
            using var answer = await client.GetAsync(path, run.Cancelled);
            var text = await answer.Content.ReadAsStringAsync(run.Cancelled);
            if (!answer.IsSuccessStatusCode)
                throw new LoadException($"The log could not be read: {(int)answer.StatusCode} {text}");
            foreach (var comment in JsonElement.Parse(text).EnumerateArray())
                numbers.Add(Flood.Number(comment.GetProperty("commentText").GetString()));
            path = answer.Headers.TryGetValues("Link", out var links)
                ? links.SelectMany(link => link.Split(", ")).Where(link => link.EndsWith("; rel=\"next\"", StringComparison.Ordinal)).Select(link => link[1..link.IndexOf('>', StringComparison.Ordinal)]).SingleOrDefault()
                : null;
        }
        return numbers;
    }
}
