using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// Comments and reactions together into one event, by schedule, while viewers watch the sample and one watches everything. Then
/// several times as much, with more under way than the server's queues hold: it must say no in time, and take what it could take before.
/// </summary>
/// <param name="Comments">A second.</param>
/// <param name="Reactions">A second.</param>
/// <param name="Times">How many times as much comes afterwards; 1 for no such stage.</param>
/// <param name="InFlight">Comments or reactions under way on each WebSocket; <see cref="Crowding"/> times as many in the stage that comes afterwards.</param>
internal sealed record Peak(int Comments, int Reactions, TimeSpan Duration, int Viewers, int Times, int InFlight) : IRecipe
{
    private const int Commenters = 64, Reacting = 256, ReactedTo = 1_000, Crowding = 2;

    /// <summary>Every request is answered within this time, whatever the load.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    public Needs Needs => new(Commenters + Reacting);

    /// <summary>Under way at most in the stage that comes afterwards.</summary>
    public (int Comments, int Reactions) Most => (Commenters * Crowd, Reacting * Crowd);

    /// <summary>Under way on each WebSocket then. One poster's reactions to one comment must not overtake each other.</summary>
    private int Crowd => Math.Min(Crowding * InFlight, ReactedTo - 1);

    public async Task RunAsync(Run run)
    {
        var comments = ReactionThroughput.PostComments(run, ReactedTo, Commenters);
        using var stage = new Stage(run);
        stage.AddPosters(Enumerable.Range(0, Commenters), connections: 0);
        var reactors = stage.AddReactors(Commenters, Reacting, Crowd, comments);
        stage.AddViewers(Viewers, serverSentEvents: false, sampled: true);
        stage.AddViewers(1, serverSentEvents: false, sampled: false); // who sees whether something is stored that was refused
        Offer(stage, reactors, 0.5, CommentThroughput.WarmUp);
        stage.EndWarmUp();

        var held = await MeasureAsync(run, stage, reactors, new Report("peak"), 1);
        if (Times <= 1)
            return;
        (stage.Office.Retries, reactors.Retries, stage.MayRefuse, stage.MayLeaveOut) = (false, false, PostOffice.NotNow, true);
        await MeasureAsync(run, stage, reactors, new Report("overload"), Times, held);
    }

    /// <returns>Comments and reactions accepted a second.</returns>
    private async Task<(double Comments, double Reactions)> MeasureAsync(Run run, Stage stage, Reactors reactors, Report report, int times, (double Comments, double Reactions)? most = null)
    {
        stage.Begin();
        var office = stage.Office;
        var (usage, start) = (new Usage(run.Target), Clock.Now);
        var (sent, reacted) = Offer(stage, reactors, times, Duration, crowded: most is not null);
        var seconds = (Clock.Now - start) / 1e6;
        var accepted = (Comments: office.Acked / seconds, Reactions: reactors.Acked / seconds);
        report.Add("comments wanted per second", Comments * times).Add("reactions wanted per second", Reactions * times)
            .Add("comments offered per second", sent / seconds, "").Add("reactions offered per second", reacted / seconds, "")
            .Add("comments accepted per second", accepted.Comments, "").Add("reactions accepted per second", accepted.Reactions, "");
        if (most is not { } before)
            report.Add("comments accepted, of those wanted", 100 * accepted.Comments / Comments, "%").Add("reactions accepted, of those wanted", 100 * accepted.Reactions / Reactions, "%");
        else
            report.Add("comments accepted, of the most", 100 * accepted.Comments / Math.Max(1, before.Comments), "%")
                .Add("reactions accepted, of the most", 100 * accepted.Reactions / Math.Max(1, before.Reactions), "%");
        usage.AddTo(report, "comment and reaction", office.Acked + reactors.Acked);
        stage.Settle();
        report.Add("comment answer", office.AnswerLatency).Add("reaction answer", reactors.AnswerLatency)
            .Add("reaction ack latency", reactors.Latency).Add("reactions refused", reactors.Refused);
        stage.AddTo(report);
        await stage.JudgeReactionsAsync(report);
        if (most is not null)
        {
            var late = Math.Max(office.LongestWait(Clock.Now), reactors.LongestWait(Clock.Now)) / 1e6;
            report.Judge(late <= AnswerWithin.TotalSeconds, $"{(late <= AnswerWithin.TotalSeconds ? "PASSED" : "FAILED")}: the longest wait for an answer was {late:F2} s");
            if (office.Refused + reactors.Refused == 0)
                report.Judge(false, $"FAILED: nothing was refused; {Most.Comments} comments and {Most.Reactions} reactions under way do not overload this machine, try a higher --inflight");
        }
        run.Done(report);
        return accepted;
    }

    /// <summary>By schedule, as far as posters have room.</summary>
    /// <param name="crowded">True with more under way than the queues hold; what has to wait for a poster does then not count as late.</param>
    private (int Comments, long Reactions) Offer(Stage stage, Reactors reactors, double times, TimeSpan duration, bool crowded = false)
    {
        var (start, sent, reacted) = (Clock.Now, 0, 0L);
        var end = start + (long)duration.TotalMicroseconds;
        var (comments, reactions) = (Comments * times, Reactions * times);
        var each = crowded ? Crowd : Math.Min(InFlight, Crowd);
        stage.Run("posting and reacting by schedule", duration + TimeSpan.FromSeconds(60), now =>
        {
            for (long due; stage.Office.UnderWay < Commenters * each && (due = start + (long)(sent * 1e6 / comments)) <= now; sent++)
                stage.Office.Send(sent % Commenters, FanOut.Text(sent), crowded ? now : due);
            for (long due; reactors.UnderWay < Reacting * each && (due = start + (long)(reacted * 1e6 / reactions)) <= now && reactors.Send(crowded ? now : due); reacted++)
            {
            }
            return now < end;
        });
        return (sent, reacted);
    }
}
