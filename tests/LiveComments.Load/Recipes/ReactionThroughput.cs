using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>How many reactions a second become durable: every poster keeps the same number of them under way on its WebSocket.</summary>
internal sealed record ReactionThroughput(int Posters, int InFlight, TimeSpan Duration, int Comments) : IRecipe
{
    public Needs Needs => new(Posters);

    public async Task RunAsync(Run run)
    {
        var report = new Report("throughput reactions");
        var target = run.Target;
        var comments = PostComments(run, Comments, Posters);
        var before = await target.StopAsync();
        await target.StartAgainAsync(run.Cancelled);
        using (var stage = new Stage(run))
        {
            var reactors = stage.AddReactors(0, Posters, InFlight, comments);
            var reacting = true;
            reactors.Settled = now =>
            {
                if (reacting)
                    reactors.Send(now);
            };
            for (var i = 0; i < Posters * InFlight; i++)
                reactors.Send(Clock.Now);
            stage.Wait("warming up", CommentThroughput.WarmUp);
            reactors.Latency = new Histogram();
            var (usage, start, acked) = (new Usage(target), Clock.Now, reactors.Acked);
            stage.Wait("measuring", Duration);
            var (seconds, count) = ((Clock.Now - start) / 1e6, reactors.Acked - acked);
            report.Add("posters", Posters).Add("under way per poster", InFlight).Add("comments reacted to", Comments)
                .Add("accepted per second", count / seconds, "").Add("ack latency", reactors.Latency);
            usage.AddTo(report, "reaction", count);
            reacting = false;
            await stage.JudgeReactionsAsync(report);
            if (await target.StopAsync() - before is { } grown)
                report.Add("database per user and comment", grown / (double)Math.Max(1, reactors.Rows), "bytes");
        }
        run.Done(report);
    }

    /// <summary>Comments to react to.</summary>
    public static IReadOnlyList<Guid> PostComments(Run run, int count, int users)
    {
        using var stage = new Stage(run);
        stage.AddPosters([], connections: 32);
        for (var i = 0; i < count; i++)
            stage.Office.Send(i % users, $"Comment {i} to react to", Clock.Now);
        stage.Run("posting comments", TimeSpan.FromSeconds(60), _ => stage.Office.HttpUnderWay > 0);
        return stage.Office.Refused == 0
            ? [.. stage.Office.Posts.Select(post => post.CommentId)]
            : throw new LoadException($"A comment was refused: {stage.Office.Posts.First(post => post.Refusal is not null).Refusal}");
    }
}
