using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LiveComments.Akka;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;

namespace LiveComments.Tests.Load;

/// <summary>The recipes, small, against the real server in a process of its own: what they measure they also check.</summary>
public sealed class RecipeTests
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll");

    // Patience: a test of behaviour must not fail because the machine is busy.
    private static readonly string[] Patient = ["--LiveComments:Sqlite:Timeout=00:00:30", "--LiveComments:Engine:MaxWait=00:00:30", "--LiveComments:Requests:Timeout=00:01:00"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_chat_is_replayed_over_both_doors_and_watched_whole(bool serverSentEvents)
    {
        var rows = Enumerable.Range(0, 400).Select(i => (i % 7 == 0 ? 0 : i % 20, i == 399 ? "\u0007" : $"Line \"{i}\" with é, 🏆 and \t a tab")).ToList();
        var report = Assert.Single(await RunAsync(new LiveComments.Load.Recipes.Replay(new ChatFile(rows, 20), Viewers: 10, HttpConnections: 4, Window: 16, serverSentEvents)));
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
        var reports = await RunAsync(new Peak(Comments: 500, Reactions: 2_000, TimeSpan.FromSeconds(1), Viewers: 20, Times: 100, InFlight: 64), settings:
            ["--LiveComments:Engine:CommentQueue=16", "--LiveComments:Engine:CommentBatch=16", "--LiveComments:Engine:ReactionQueue=16", "--LiveComments:Engine:ReactionBatch=16", "--LiveComments:Stream:Patience=00:00:00"]);
        Assert.Equal(["peak", "overload"], reports.Select(report => report.Stage));
        Assert.All(reports, report => Assert.Equal((0, 0, 0, 0), (report.Number("lost"), report.Number("unasked"), report.Number("comments with a wrong count"), report.Number("reactions unanswered"))));
        AssertPassed(reports[0]);
        var overload = reports[1];
        Assert.True(overload.Number("comments refused") > 0 && overload.Number("reactions refused") > 0, overload.ToJson());
        Assert.Equal(overload.Number("posted"), overload.Number("acked") + overload.Number("comments refused"));
        Assert.DoesNotContain(", refused", overload.Verdict, StringComparison.Ordinal); // it was to be expected
        Assert.DoesNotContain("nothing was refused", overload.Verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_event_is_flooded_while_another_is_used_and_its_log_holds_what_was_taken_and_nothing_else(bool overWebSocket)
    {
        var recipe = new Overload(Posters: [5, 40], Times: [3], TimeSpan.FromSeconds(1), Viewers: 3, overWebSocket) { WarmUp = TimeSpan.Zero, Page = 7 };
        // Queues so small that it is refused on any machine.
        var reports = await RunAsync(recipe, settings: ["--LiveComments:Engine:CommentQueue=16", "--LiveComments:Engine:CommentBatch=16", "--LiveComments:Stream:Patience=00:00:00"]);
        Assert.Equal([5, 40], reports.Select(report => report.Number("posters")));
        foreach (var report in reports)
        {
            // How late and how much depends on the machine; what is true does not.
            Assert.Equal((0, 0, 0), (report.Number("refused but stored"), report.Number("acknowledged but not stored"), report.Number("doubled or unasked")));
            Assert.True(report.Number("taken") > 0 && report.Number("other event posted") is > 0 and <= 20, report.ToJson());
            Assert.Equal(report.Number("posted"), report.Number("taken") + report.Number("unanswered") + (report.Number("refused busy") ?? 0) + (report.Number("refused outcome-unknown") ?? 0));
            Assert.NotNull(report.Number("other event delivery p99 (ms)"));
        }
        Assert.Contains(reports, report => !overWebSocket || report.Number("refused busy") > 0);
    }

    [Fact]
    public async Task A_flood_from_many_addresses_is_refused_more_and_more_while_ordinary_people_write_and_watch()
    {
        var (recipe, reports) = (new AddressFlood(Addresses: 4, Accounts: 8, Rate: 1_000, Viewers: 5, Writers: 5, TimeSpan.FromSeconds(3)), new List<Report>());
        // As it is: with its limits on, a server promises answers in time.
        await using (var target = await LoadTarget.StartAsync(Server, [], tls: false, recipe.Needs, CancellationToken.None))
            await recipe.RunAsync(new Run(target, _ => { }, reports.Add, CancellationToken.None));
        Assert.Equal(["without the flood", "flood from many addresses"], reports.Select(report => report.Stage));
        // How many of the ordinary ones wait too long depends on the machine.
        Assert.All(reports, report => Assert.True(report.Number("ordinary comments") > 0 && report.Number("viewer connections ended") == 0, report.ToJson()));
        Assert.True(reports[1].Number("flood refused rate-limited") > 0 && reports[1].Number("flood refused challenge-required") > 0, reports[1].ToJson());
        // A burst of five and one a second for each.
        Assert.InRange(reports[1].Number("flood taken")!.Value, 8, 8 * (5 + 60));
    }

    [Fact]
    public async Task Deaf_viewers_who_are_not_ended_fail_the_run()
    {
        var deaf = new SlowViewers(Viewers: 4, Every: 2, Reading: 0, Rate: 20, Length: 60, TimeSpan.FromSeconds(1), Pairs: 1) { Fill = 100, Ended = TimeSpan.FromSeconds(1) };
        var slow = await RunAsync(deaf); // too little is written for any to be stuck
        Assert.Equal([true, false, true, true], slow.Select(report => report.Passed));
        Assert.Contains("of 2 slow viewers the server ended 0", slow[1].Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void An_overload_has_more_under_way_than_the_queues_of_a_room_hold()
    {
        var (comments, reactions) = new Peak(Comments: 1, Reactions: 1, TimeSpan.FromSeconds(1), Viewers: 1, Times: 2, InFlight: 128).Most;
        var engine = new EngineOptions();
        Assert.True(comments > engine.CommentQueue + engine.CommentBatch && reactions > engine.ReactionQueue + engine.ReactionBatch);
    }

    [Fact]
    public async Task A_peak_that_refuses_nothing_is_no_overload_and_counts_each_stage_by_itself()
    {
        var reports = await RunAsync(new Peak(Comments: 500, Reactions: 2_000, TimeSpan.FromSeconds(1), Viewers: 5, Times: 2, InFlight: 16), settings:
            ["--LiveComments:Engine:CommentQueue=1000000", "--LiveComments:Engine:ReactionQueue=1000000", "--LiveComments:Stream:Patience=00:00:30"]);
        Assert.All(reports, report => Assert.InRange(report.Number("reactions acked")!.Value / (report.Number("reactions offered per second")!.Value * report.Number("elapsed (s)")!.Value), 0.95, 1.05));
        Assert.Contains("FAILED: nothing was refused", reports[1].Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_a_second_are_counted_until_the_last_of_them()
    {
        var recipe = new FanOut(Viewers: 10, Rooms: 1, Rates: [20], TimeSpan.FromSeconds(1), ServerSentEvents: false, Sampled: false, OverWebSocket: false) { WarmUp = TimeSpan.Zero };
        var report = Assert.Single(await RunAsync(recipe, settings: "--LiveComments:Feeds:Tick=00:00:01.5"));
        AssertPassed(report);
        Assert.InRange(report.Number("deliveries per second")!.Value * report.Number("elapsed (s)")!.Value / report.Number("delivered")!.Value, 0.98, 1.02);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_warm_up_fails_what_is_measured_after_it()
    {
        await using var target = await LoadTarget.StartAsync(Server, Patient, tls: false, new Needs(1), CancellationToken.None);
        using var stage = new Stage(new Run(target, _ => { }, _ => { }, CancellationToken.None));
        stage.AddPosters([], connections: 1);
        stage.Office.Send(0, "\u0007", Clock.Now);
        stage.EndWarmUp();
        stage.Begin();
        stage.Office.Send(0, "a text", Clock.Now);
        stage.Settle();
        var report = new Report("stage");
        Assert.True(stage.AddTo(report).IsClean);
        Assert.False(report.Passed);
        Assert.Contains("before it was measured FAILED: posted 1, acked 0", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_try_without_an_answer_counts_as_waiting_for_one()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var loop = new Loop();
        var office = new PostOffice(loop, Endpoint.Of(new Uri($"http://{silent.LocalEndpoint}")), ["/live/x/comments"], ["token"]);
        office.AddConnections(1);
        office.Send(0, "a text", Clock.Now);
        Assert.True(office.LongestWait(Clock.Now + 5_000_000) >= 5_000_000);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using (var taken = silent.AcceptTcpClient())
            taken.Client.Close(0);
        Assert.True(loop.Run(_ => office.Errors.Count == 0, patience.Token));
        Assert.Equal((1, "no-answer"), (office.AnswerLatency.Count, office.Errors.Single().Key));

        var target = LoadTarget.Existing(new Uri($"http://{silent.LocalEndpoint}"), ["token"], ["x"], 0, new Needs(1));
        var reactors = new Reactors(loop, target, firstUser: 0, posters: 1, inFlight: 1, [Guid.NewGuid(), Guid.NewGuid()]);
        Assert.True(reactors.Send(Clock.Now));
        Assert.True(reactors.LongestWait(Clock.Now + 5_000_000) >= 5_000_000);
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

        var deaf = new SlowViewers(Viewers: 10, Every: 5, Reading: 0, Rate: 1_000, Length: 500, TimeSpan.FromSeconds(1), Pairs: 1) { Fill = 100 };
        var slow = await RunAsync(deaf, settings: ["--LiveComments:Feeds:SlowAfter=00:00:01", "--LiveComments:Feeds:CloseWithin=00:00:01"]);
        Assert.Equal(["slow", "slow", "slow", "slow ratio"], slow.Select(report => report.Stage));
        Assert.All(slow, AssertPassed);
        Assert.Equal([0, 2, 0], slow.Take(3).Select(report => report.Number("slow viewers")));
        Assert.Equal(2, slow[1].Number("slow viewers ended by the server"));

        var cost = await RunAsync(new CostOfRate(Viewers: 5, Rates: [10, 400], TimeSpan.FromSeconds(1)));
        Assert.Equal(["off", "default", "off", "default"], cost.Select(report => report.Figure("display budget")));
        Assert.All(cost, AssertPassed);
        Assert.True(cost[2].Number("skipped") == 0 && cost[3].Number("skipped") > 0);
    }

    [Fact]
    public async Task Posts_that_are_refused_for_good_fail_a_run_and_hold_no_rate()
    {
        await using var server = new ServerProcess(Server, Patient, tls: false);
        await server.StartAsync(CancellationToken.None);
        using var client = server.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await server.TokensAsync("administrator", 1, CancellationToken.None))[0]);
        using var created = await client.PostAsJsonAsync("/events", new { title = "Over", eventType = "test", startTime = DateTimeOffset.UtcNow });
        var videoId = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("eventID").GetString()!;
        foreach (var turn in new[] { "start", "end" })
            (await client.PostAsync($"/events/{videoId}/{turn}", null)).EnsureSuccessStatusCode();

        foreach (var recipe in new IRecipe[]
        {
            new MaxRate(Viewers: 2, From: 20, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), ServerSentEvents: false, Highest: 40),
            new FanOut(Viewers: 2, Rooms: 1, Rates: [20], TimeSpan.FromSeconds(1), ServerSentEvents: false, Sampled: false, OverWebSocket: false) { WarmUp = TimeSpan.Zero },
        })
        {
            var reports = new List<Report>();
            await using var target = LoadTarget.Existing(server.Url, await server.TokensAsync("viewer", recipe.Needs.Users, CancellationToken.None), [videoId], 0, recipe.Needs);
            await recipe.RunAsync(new Run(target, _ => { }, reports.Add, CancellationToken.None));
            var report = Assert.Single(reports);
            Assert.False(report.Passed, report.ToJson());
            Assert.Contains("refused 20 (event-not-live", report.Verdict, StringComparison.Ordinal);
            Assert.Equal(recipe is MaxRate ? 0 : null, report.Number("comments per second held"));
        }
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("http://10.0.0.1:5080/")]
    [InlineData("http://[::1]:5080/")]
    [InlineData("https://127.0.0.1:5080/")]
    public void Load_is_made_to_this_machine_only(string url) => Assert.Throws<ArgumentException>(() => Endpoint.Of(new Uri(url)));

    private static async Task<IReadOnlyList<Report>> RunAsync(IRecipe recipe, bool tls = false, params string[] settings)
    {
        var reports = new List<Report>();
        await using var target = await LoadTarget.StartAsync(Server, [.. Patient, .. settings], tls, recipe.Needs, CancellationToken.None);
        await recipe.RunAsync(new Run(target, _ => { }, reports.Add, CancellationToken.None));
        return reports;
    }

    private static void AssertPassed(Report report) => Assert.True(report.Passed, report.ToJson());
}
