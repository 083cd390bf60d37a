using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>How many comments a second become durable: every poster keeps the same number of comments under way on its WebSocket.</summary>
/// <param name="Viewers">Who watch everything, so that every acknowledged comment is also checked.</param>
/// <param name="Length">Characters of a comment.</param>
internal sealed record CommentThroughput(int Posters, int InFlight, TimeSpan Duration, int Viewers, int Length) : IRecipe
{
    /// <summary>Compilers, caches and the connection's windows settle in this time, which is not measured.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public Needs Needs => new(Posters);

    public async Task RunAsync(Run run)
    {
        var report = new Report("throughput comments");
        var target = run.Target;
        var before = await target.StopAsync();
        await target.StartAgainAsync(run.Cancelled);
        long comments;
        using (var stage = new Stage(run))
        {
            stage.AddPosters(Enumerable.Range(0, Posters), connections: 0);
            stage.AddViewers(Viewers, serverSentEvents: false, sampled: false);
            var office = stage.Office;
            var posting = true;
            office.Settled = (post, now) =>
            {
                if (posting)
                    office.Send(post.User, Text(office.Posts.Count), now);
            };
            var now = Clock.Now;
            for (var i = 0; i < Posters * InFlight; i++)
                office.Send(i % Posters, Text(i), now);
            stage.Wait("warming up", WarmUp);

            office.Latency = new Histogram();
            var (usage, start, acked) = (new Usage(target), Clock.Now, office.Acked);
            stage.Wait("measuring", Duration);
            var (seconds, count) = ((Clock.Now - start) / 1e6, office.Acked - acked);
            posting = false;
            report.Add("posters", Posters).Add("under way per poster", InFlight).Add("characters per comment", Length)
                .Add("accepted per second", count / seconds, "");
            usage.AddTo(report, "comment", count);
            stage.Settle();
            stage.AddTo(report);
            comments = office.Acked;
        }
        if (await target.StopAsync() - before is { } grown)
            report.Add("database per comment", grown / (double)Math.Max(1, comments), "bytes");
        run.Done(report);
    }

    private string Text(int number) => $"Comment {number} ".PadRight(Length, 'x');
}
