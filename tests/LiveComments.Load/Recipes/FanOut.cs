using System.Globalization;
using LiveComments.Load.Measure;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>Viewers at fixed rates of comments, one stage each, by schedule: what a delivery costs, and when it arrives.</summary>
/// <param name="Rooms">Events that viewers and comments are spread over.</param>
/// <param name="Rates">Comments a second and room.</param>
/// <param name="Sampled">True to watch what the server picks when there is too much to read.</param>
/// <param name="OverWebSocket">True to post over WebSocket, else over HTTP.</param>
internal sealed record FanOut(int Viewers, int Rooms, IReadOnlyList<int> Rates, TimeSpan Duration, bool ServerSentEvents, bool Sampled, bool OverWebSocket) : IRecipe
{
    /// <summary>True to watch over a WebSocket that compresses.</summary>
    public bool Deflate { get; init; }

    /// <summary>Users who post to a single room, and HTTP connections in any case.</summary>
    public const int Posters = 16;

    /// <summary>The server's code is compiled for speed in the first seconds, at several times the CPU time a delivery costs later. Not measured.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>As many in each room.</summary>
    private int Users => (Posters + Rooms - 1) / Rooms * Rooms;

    public Needs Needs => new(Users, Rooms);

    public Task RunAsync(Run run)
    {
        using var stage = new Stage(run);
        if (OverWebSocket)
            AddSockets(stage);
        else
            stage.AddPosters([], Posters);
        stage.AddViewers(Viewers, ServerSentEvents, Sampled, Rooms, Deflate);
        stage.PostBySchedule(Rates.Max() * Rooms, WarmUp, Send);
        stage.EndWarmUp();
        foreach (var rate in Rates)
        {
            stage.Begin();
            var usage = new Usage(run.Target);
            stage.PostBySchedule(rate * Rooms, Duration, Send);
            stage.Settle();
            var report = new Report("fan-out");
            report.Add("transport", $"{(ServerSentEvents ? "SSE" : Deflate ? "compressed WebSocket" : "WebSocket")}{(run.Target.Endpoint.Tls is null ? "" : " over TLS 1.3")}").Add("rooms", Rooms).Add("comments per second and room", rate);
            // Until the last delivery, which may be later than the last comment was due.
            var seconds = usage.AddTo(report, "delivery", stage.Viewers.Sum(viewer => viewer.Delivered), Viewers);
            report.Add("deliveries per second", stage.Viewers.Sum(viewer => viewer.Delivered) / seconds, "")
                .Add("batches per viewer and second", stage.Viewers.Sum(viewer => viewer.Batches) / seconds / Viewers, "")
                .Add("received per viewer and second", stage.Viewers.Sum(viewer => viewer.Received) / 1024.0 / seconds / Viewers, "KB");
            stage.AddTo(report);
            run.Done(report);
        }
        return Task.CompletedTask;

        void Send(int number, long due) => stage.Office.Send(number % Users, Text(number), due, number % Rooms);
    }

    /// <summary>60 characters of made-up words, which compress about as well as recorded chat does; what becomes of them on the wire is in every report.</summary>
    public static string Text(int number) => string.Create(60, number, static (text, number) =>
    {
        number.TryFormat(text, out var start, provider: CultureInfo.InvariantCulture);
        var state = (uint)number * 2_654_435_761 | 1;
        for (var i = start; i < text.Length; i++)
        {
            // Xorshift (Marsaglia, 2003).
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            var letters = (i - start) % 7 == 0 ? " " : i % 2 == 0 ? "aeiou" : "bcdfghklmnprstwy";
            text[i] = letters[(int)(state % (uint)letters.Length)];
        }
    });

    private void AddSockets(Stage stage)
    {
        for (var user = 0; user < Users; user++)
            stage.Office.OpenSocket(user, user % Rooms);
        stage.AddPosters([], connections: 0);
    }
}
