using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;

namespace LiveComments.Tests.Load;

/// <summary>The recipes, small, against the real server in a process of its own: what they measure they also check.</summary>
public sealed class RecipeTests
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll");

    // Patience: a test of behaviour must not fail because the machine is busy.
    private static readonly string[] Patient = ["--LiveComments:Sqlite:Timeout=00:00:30", "--LiveComments:Rooms:MaxWait=00:00:30", "--LiveComments:Requests:Timeout=00:01:00"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_chat_is_replayed_over_both_doors_and_watched_whole(bool serverSentEvents)
    {
        var rows = Enumerable.Range(0, 400).Select(i => (i % 7 == 0 ? 0 : i % 20, i == 399 ? "\u0007" : $"Line \"{i}\" with é, 🏆 and \t a tab")).ToList();
        var report = Assert.Single(await RunAsync(new Replay(new ChatFile(rows, 20), Viewers: 10, HttpConnections: 4, Window: 16, serverSentEvents)));
        AssertPassed(report);
        Assert.Contains("posted 400, acked 399, delivered 3990", report.Verdict, StringComparison.Ordinal);
        Assert.Equal(1, report.Number("refused text-invalid"));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    public async Task Comments_reach_every_viewer_of_their_event_over_every_transport(bool serverSentEvents, bool overWebSocket, bool tls)
    {
        var reports = await RunAsync(new FanOut(Viewers: 30, Rooms: 3, Rates: [5, 20], TimeSpan.FromSeconds(1), serverSentEvents, Sampled: false, overWebSocket) { WarmUp = TimeSpan.FromSeconds(1) }, tls);
        Assert.Equal(2, reports.Count);
        Assert.All(reports, AssertPassed);
        Assert.Equal([150, 600], reports.Select(report => report.Number("delivered")));
        Assert.Equal(tls ? serverSentEvents ? "SSE over TLS 1.3" : "WebSocket over TLS 1.3" : serverSentEvents ? "SSE" : "WebSocket", reports[0].Figure("transport"));
    }

    [Fact]
    public async Task Compressed_comments_reach_every_viewer_of_their_event_in_fewer_bytes()
    {
        var recipe = new FanOut(Viewers: 30, Rooms: 3, Rates: [60], TimeSpan.FromSeconds(1), ServerSentEvents: false, Sampled: false, OverWebSocket: true) { WarmUp = TimeSpan.FromSeconds(1) };
        var plain = Assert.Single(await RunAsync(recipe));
        var compressed = Assert.Single(await RunAsync(recipe with { Deflate = true }));
        Assert.All([plain, compressed], AssertPassed);
        Assert.Equal([1_800, 1_800], new[] { plain, compressed }.Select(report => report.Number("delivered")));
        Assert.Equal("compressed WebSocket", compressed.Figure("transport"));
        Assert.True(compressed.Number("received per delivery (bytes)") < 0.9 * plain.Number("received per delivery (bytes)"));
    }

    [Fact]
    public async Task Viewers_who_vanish_come_back_to_everything_they_missed()
    {
        var report = Assert.Single(await RunAsync(new Storm(Viewers: 50, Rate: 100, Away: TimeSpan.FromSeconds(1), ServerSentEvents: false)));
        AssertPassed(report);
        Assert.Contains("delivered 25000", report.Verdict, StringComparison.Ordinal);
        Assert.Equal(50, report.Number("resumed from ring, by the server's count"));
    }

    [Fact]
    public async Task Reactions_are_counted_as_they_were_acknowledged() =>
        AssertPassed(Assert.Single(await RunAsync(new ReactionThroughput(Posters: 5, InFlight: 8, TimeSpan.FromSeconds(1), Comments: 20))));

    [Fact]
    public async Task A_peak_and_its_overload_end_with_everything_that_was_taken_and_nothing_that_was_not()
    {
        var reports = await RunAsync(new Peak(Comments: 500, Reactions: 2_000, TimeSpan.FromSeconds(1), Viewers: 20, Times: 2, InFlight: 16));
        Assert.Equal(["peak", "overload"], reports.Select(report => report.Stage));
        Assert.All(reports, report => Assert.Equal((0, 0, 0, 0), (report.Number("lost"), report.Number("unasked"), report.Number("comments with a wrong count"), report.Number("reactions unanswered"))));
    }

    [Fact]
    public async Task The_highest_rate_is_found_and_idle_and_deaf_viewers_are_measured()
    {
        var max = Assert.Single(await RunAsync(new MaxRate(Viewers: 5, From: 20, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), ServerSentEvents: false, Highest: 40)));
        AssertPassed(max);
        Assert.True(max.Number("comments per second held") >= 20);

        var idle = Assert.Single(await RunAsync(new IdleViewers(Viewers: 40, Hold: TimeSpan.FromSeconds(1), ServerSentEvents: false)));
        AssertPassed(idle);
        Assert.NotNull(idle.Number("resident memory per connection (KB)"));

        var slow = await RunAsync(new SlowViewers(Viewers: 10, Every: 5, Reading: 0, Rate: 20, Length: 60, TimeSpan.FromSeconds(1), Pairs: 1));
        Assert.Equal(["slow", "slow", "slow ratio"], slow.Select(report => report.Stage));
        Assert.All(slow, AssertPassed);
        Assert.Equal([0, 2], slow.Take(2).Select(report => report.Number("slow viewers")));

        var cost = await RunAsync(new CostOfRate(Viewers: 5, Rates: [10, 400], TimeSpan.FromSeconds(1)));
        Assert.Equal(["off", "default", "off", "default"], cost.Select(report => report.Figure("display budget")));
        Assert.All(cost, AssertPassed);
        Assert.True(cost[2].Number("skipped") == 0 && cost[3].Number("skipped") > 0);
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("http://10.0.0.1:5080/")]
    [InlineData("http://[::1]:5080/")]
    [InlineData("https://127.0.0.1:5080/")]
    public void Load_is_made_to_this_machine_only(string url) => Assert.Throws<ArgumentException>(() => Endpoint.Of(new Uri(url)));

    private static async Task<IReadOnlyList<Report>> RunAsync(IRecipe recipe, bool tls = false)
    {
        var reports = new List<Report>();
        await using var target = await LoadTarget.StartAsync(Server, Patient, tls, recipe.Needs, CancellationToken.None);
        await recipe.RunAsync(new Run(target, _ => { }, reports.Add, CancellationToken.None));
        return reports;
    }

    private static void AssertPassed(Report report) => Assert.True(report.Passed, report.ToJson());
}
