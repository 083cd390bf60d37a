using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// Comments and reactions together into one event, by schedule, while viewers watch the sample and one watches everything. Then
/// several times as much from posters who wait for their answers: the server must say no in time, and take what it could take before.
/// </summary>
/// <param name="Comments">A second.</param>
/// <param name="Reactions">A second.</param>
/// <param name="Times">How many times as much comes afterwards; 1 for no such stage.</param>
/// <param name="InFlight">Comments or reactions under way on each WebSocket.</param>
internal sealed record Peak(int Comments, int Reactions, TimeSpan Duration, int Viewers, int Times, int InFlight) : IRecipe
{
    private const int Commenters = 64, Reacting = 256, ReactedTo = 1_000;

    /// <summary>Every request is answered within this time, whatever the load.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    public Needs Needs => new(Commenters + Reacting);

    public async Task RunAsync(Run run)
    {
        var comments = ReactionThroughput.PostComments(run, ReactedTo, Commenters);
        using var stage = new Stage(run);
        stage.AddPosters(Enumerable.Range(0, Commenters), connections: 0);
        var reactors = stage.AddReactors(Commenters, Reacting, InFlight, comments);
        stage.AddViewers(Viewers, serverSentEvents: false, sampled: true);
        stage.AddViewers(1, serverSentEvents: false, sampled: false); // who sees whether something is stored that was refused
        Offer(stage, reactors, 0.5, CommentThroughput.WarmUp);
        stage.Settle();

        var held = await MeasureAsync(run, stage, reactors, new Report("peak"), 1);
        if (Times <= 1)
            return;
        (stage.Office.Retries, reactors.Retries) = (false, false);
        await MeasureAsync(run, stage, reactors, new Report("overload"), Times, held);
    }

    /// <returns>Comments and reactions accepted a second.</returns>
    private async Task<(double Comments, double Reactions)> MeasureAsync(Run run, Stage stage, Reactors reactors, Report report, int times, (double Comments, double Reactions)? most = null)
    {
        stage.Begin();
        var (office, acked, refused) = (stage.Office, reactors.Acked, reactors.Refused);
        (reactors.Latency, reactors.AnswerLatency) = (new(), new());
        var (usage, start) = (new Usage(run.Target), Clock.Now);
        var (sent, reacted) = Offer(stage, reactors, times, Duration, closed: most is not null);
        var seconds = (Clock.Now - start) / 1e6;
        var accepted = (Comments: office.Acked / seconds, Reactions: (reactors.Acked - acked) / seconds);
        report.Add("comments wanted per second", Comments * times).Add("reactions wanted per second", Reactions * times)
            .Add("comments offered per second", sent / seconds, "").Add("reactions offered per second", reacted / seconds, "")
            .Add("comments accepted per second", accepted.Comments, "").Add("reactions accepted per second", accepted.Reactions, "");
        if (most is not { } before)
            report.Add("comments accepted, of those wanted", 100 * accepted.Comments / Comments, "%").Add("reactions accepted, of those wanted", 100 * accepted.Reactions / Reactions, "%");
        else
            report.Add("comments accepted, of the most", 100 * accepted.Comments / Math.Max(1, before.Comments), "%")
                .Add("reactions accepted, of the most", 100 * accepted.Reactions / Math.Max(1, before.Reactions), "%");
        usage.AddTo(report, "comment and reaction", office.Acked + reactors.Acked - acked);
        stage.Settle();
        report.Add("comment answer", office.AnswerLatency).Add("reaction answer", reactors.AnswerLatency)
            .Add("reaction ack latency", reactors.Latency).Add("reactions refused", reactors.Refused - refused);
        stage.AddTo(report);
        await stage.JudgeReactionsAsync(report);
        if (most is not null)
        {
            var late = Math.Max(office.AnswerLatency.Max, reactors.AnswerLatency.Max) / 1e6;
            report.Judge(late <= AnswerWithin.TotalSeconds, $"{(late <= AnswerWithin.TotalSeconds ? "PASSED" : "FAILED")}: the last answer came after {late:F2} s");
        }
        run.Done(report);
        return accepted;
    }

    /// <summary>By schedule, as far as posters have room.</summary>
    /// <param name="closed">True when what has to wait for room does not count as late: its poster waits for answers first.</param>
    private (int Comments, long Reactions) Offer(Stage stage, Reactors reactors, double times, TimeSpan duration, bool closed = false)
    {
        var (start, sent, reacted) = (Clock.Now, 0, 0L);
        var end = start + (long)duration.TotalMicroseconds;
        var (comments, reactions) = (Comments * times, Reactions * times);
        stage.Run("posting and reacting by schedule", duration + TimeSpan.FromSeconds(60), now =>
        {
            for (long due; stage.Office.UnderWay < Commenters * InFlight && (due = start + (long)(sent * 1e6 / comments)) <= now; sent++)
                stage.Office.Send(sent % Commenters, FanOut.Text(sent), closed ? now : due);
            for (long due; (due = start + (long)(reacted * 1e6 / reactions)) <= now && reactors.Send(closed ? now : due); reacted++)
            {
            }
            return now < end;
        });
        return (sent, reacted);
    }
}
