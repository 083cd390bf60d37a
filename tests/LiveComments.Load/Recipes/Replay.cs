using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>A recorded chat, posted as its users as fast as the server takes it, while viewers watch all of it.</summary>
/// <param name="Window">Posts that may wait for their answer, over HTTP and over WebSocket each.</param>
internal sealed record Replay(ChatFile Chat, int Viewers, int HttpConnections, int Window, bool ServerSentEvents) : IRecipe
{
    /// <summary>A recorded chat may hold what this server takes from nobody.</summary>
    private static readonly IReadOnlySet<string> InvalidText = new HashSet<string>(StringComparer.Ordinal) { "text-empty", "text-too-long", "text-invalid" };

    public Needs Needs => new(Chat.Users);

    public Task RunAsync(Run run)
    {
        using var stage = new Stage(run) { MayRefuse = InvalidText };
        var regulars = Chat.Regulars();
        stage.AddPosters(regulars, HttpConnections);
        stage.AddViewers(Viewers, ServerSentEvents, sampled: false);
        var office = stage.Office;

        // Each half keeps its order; neither waits for the other.
        var overSocket = new Queue<(int User, string Text)>(Chat.Rows.Where(row => regulars.Contains(row.User)));
        var overHttp = new Queue<(int User, string Text)>(Chat.Rows.Where(row => !regulars.Contains(row.User)));
        var usage = new Usage(run.Target);
        var start = Clock.Now;
        stage.Run("posting", TimeSpan.FromMinutes(10), now =>
        {
            while (office.SocketUnderWay < Window && overSocket.TryDequeue(out var row))
                office.Send(row.User, row.Text, now);
            while (office.HttpUnderWay < HttpConnections && overHttp.TryDequeue(out var row))
                office.Send(row.User, row.Text, now);
            return overSocket.Count + overHttp.Count + office.SocketUnderWay + office.HttpUnderWay > 0;
        });
        var posting = (Clock.Now - start) / 1e6;
        stage.Settle();

        var report = new Report("replay");
        report.Add("users", Chat.Users).Add("users over WebSocket", regulars.Count)
            .Add("posts over WebSocket", Chat.Rows.Count(row => regulars.Contains(row.User)))
            .Add("posting", posting, "s").Add("acked per second", office.Acked / posting, "");
        usage.AddTo(report, "comment", office.Acked);
        stage.AddTo(report);
        run.Done(report);
        return Task.CompletedTask;
    }
}
