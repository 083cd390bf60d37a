using System.Net;
using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What those who run an event see of it in numbers.</summary>
public class StatisticsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private TestServer Server => shared.Server;

    [Fact]
    public async Task An_event_is_shown_in_numbers_that_are_those_of_its_log()
    {
        var id = await Server.GoLiveAsync("""{"slowModeSeconds":60}""");
        using var administrator = Server.As(Role.Administrator);
        using var viewer = Server.As(Role.Viewer);
        var first = (await viewer.CommentAsync(id, "what a goal ⚽")).Text("commentID");
        await administrator.CommentAsync(id, "a goal ⚽", replyTo: first);
        var removed = (await administrator.CommentAsync(id, "that goal ⚽ twice")).Text("commentID");
        await administrator.CommentAsync(id, "goal ⚽");
        await viewer.CallAsync("POST", $"/live/{id}/comments/{first}/reactions", """{"reactionType":"love"}""");
        await administrator.CallAsync("DELETE", $"/live/{id}/comments/{removed}");
        using (var refused = await viewer.SendCommentAsync(id, "much too long " + new string('x', 600)))
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        JsonElement shown = default;
        await Http.EventuallyAsync(async () =>
        {
            shown = await administrator.CallAsync("GET", $"/live/{id}/stats");
            var totals = shown.GetProperty("totals");
            return totals.Number("comments") == 4 && totals.Number("removed") == 1 && totals.Number("reactions") == 1 && totals.Number("refused") == 1 && shown.GetProperty("latencyMs").TryGetProperty("p99", out _);
        }, "everything is counted");
        // The activity was read a moment before the totals.
        shown = await administrator.CallAsync("GET", $"/live/{id}/stats");
        var counted = shown.GetProperty("totals");
        Assert.Equal((1, 2), (counted.Number("replies"), counted.Number("uniqueCommenters")));
        Assert.Equal("""[{"reason":"text-too-long","count":1}]""", shown.GetProperty("refused").GetRawText());
        Assert.Equal("""[{"word":"goal","count":3}]""", shown.GetProperty("topWords").GetRawText());
        Assert.Equal("""[{"emoji":"⚽","count":3}]""", shown.GetProperty("topEmoji").GetRawText());
        Assert.Equal(first, Assert.Single(shown.GetProperty("topComments").EnumerateArray()).Text("commentID"));
        var activity = shown.GetProperty("activity");
        Assert.Equal(1_000, activity.Number("intervalMs"));
        Assert.Equal(4, activity.GetProperty("comments").EnumerateArray().Sum(count => count.GetInt64()));
        Assert.Equal(4, shown.GetProperty("now").GetProperty("lastMinute").Number("comments"));

        var hours = (await administrator.CallAsync("GET", $"/live/{id}/stats?step=hour")).GetProperty("activity");
        Assert.Equal(4, hours.GetProperty("comments").EnumerateArray().Sum(count => count.GetInt64()));
        var listed = (await administrator.CallAsync("GET", "/stats?limit=500")).EnumerateArray().Single(one => one.Text("eventID") == id);
        Assert.Equal(counted.GetRawText(), listed.GetProperty("totals").GetRawText());
    }

    [Fact]
    public async Task Viewers_are_counted_and_what_they_were_shown()
    {
        var id = await Server.GoLiveAsync();
        using var administrator = Server.As(Role.Administrator);
        using var watching = await Server.Anonymous.SendAsync(Sse(id), HttpCompletionOption.ResponseHeadersRead);
        await administrator.CommentAsync(id, "seen");
        await Http.EventuallyAsync(async () =>
        {
            var shown = await administrator.CallAsync("GET", $"/live/{id}/stats");
            return shown.GetProperty("now").Number("viewers") == 1 && shown.GetProperty("totals").Number("peakViewers") == 1 && shown.GetProperty("totals").Number("deliveries") > 0;
        }, "the viewer is counted");
    }

    [Fact]
    public async Task Held_comments_are_counted_by_what_found_them()
    {
        var id = await Server.GoLiveAsync();
        using var administrator = Server.As(Role.Administrator);
        using var viewer = Server.As(Role.Viewer);
        await administrator.CallAsync("PUT", $"/live/{id}/moderation/rules", """{"words":[{"text":"spoiler","action":"hold"}]}""");
        using (var held = await viewer.SendCommentAsync(id, "a spoiler"))
            Assert.Equal(HttpStatusCode.Accepted, held.StatusCode);
        await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", $"/live/{id}/stats")).GetProperty("held").GetRawText() == """[{"reason":"rule","count":1}]""", "the held comment is counted");
    }

    [Fact]
    public async Task Only_those_who_run_an_event_see_its_statistics()
    {
        var (id, secret) = (await Server.GoLiveAsync(), await Server.GoLiveAsync("""{"visibility":"private"}"""));
        Assert.True(EventId.TryParse(id, out var eventId));
        using var moderator = Server.As(Role.Moderator, moderatorOf: eventId);
        using var viewer = Server.As(Role.Viewer);
        await moderator.CallAsync("GET", $"/live/{id}/stats");
        Assert.Equal([id], (await moderator.CallAsync("GET", "/stats?limit=500")).EnumerateArray().Select(one => one.Text("eventID")));
        Assert.Empty((await viewer.CallAsync("GET", "/stats?limit=500")).EnumerateArray());
        await viewer.RefusedAsync(Error.Forbidden, "GET", $"/live/{id}/stats");
        await Server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", $"/live/{id}/stats");
        await Server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", "/stats");
        await moderator.RefusedAsync(Error.EventNotFound, "GET", $"/live/{secret}/stats");
        await viewer.RefusedAsync(Error.EventNotFound, "GET", "/live/nothing/stats");
    }

    [Fact]
    public async Task Whoever_made_an_event_sees_its_statistics()
    {
        var owner = new UserId(Guid.NewGuid());
        string id;
        using (var administrator = Server.As(Role.Administrator, owner))
            id = await administrator.GoLiveAsync("""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z"}""");
        using var same = Server.As(Role.Viewer, owner);
        await same.CallAsync("GET", $"/live/{id}/stats");
        Assert.Equal([id], (await same.CallAsync("GET", "/stats?limit=500")).EnumerateArray().Select(one => one.Text("eventID")));
    }

    [Fact]
    public async Task An_event_that_is_shared_shows_everybody_a_summary_once_it_has_ended()
    {
        var owner = new UserId(Guid.NewGuid());
        using var administrator = Server.As(Role.Administrator, owner);
        using var same = Server.As(Role.Viewer, owner);
        using var viewer = Server.As(Role.Viewer);
        var id = await administrator.GoLiveAsync("""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z","analyticsConfig":{"mine":1}}""");
        await viewer.CommentAsync(id, "counted");
        await viewer.RefusedAsync(Error.Forbidden, "PUT", $"/live/{id}/stats/share");
        await Server.Anonymous.RefusedAsync(Error.Unauthenticated, "PUT", $"/live/{id}/stats/share");
        await viewer.RefusedAsync(Error.EventNotFound, "PUT", "/live/nothing/stats/share");
        await ShareAsync(HttpMethod.Put);
        await Server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", $"/live/{id}/stats");
        await administrator.CallAsync("POST", $"/events/{id}/end");
        JsonElement shown = default;
        await Http.EventuallyAsync(async () => (shown = await Server.Anonymous.CallAsync("GET", $"/live/{id}/stats")).GetProperty("totals").Number("comments") == 1, "the comment is counted");
        Assert.True(shown.GetProperty("shared").GetBoolean());
        foreach (var inside in (string[])["refused", "held", "platforms", "countries", "regions", "latencyMs"])
            Assert.False(shown.TryGetProperty(inside, out _) || shown.GetProperty("totals").TryGetProperty(inside, out _) || shown.GetProperty("activity").TryGetProperty(inside, out _), inside);
        Assert.True((await same.CallAsync("GET", $"/live/{id}/stats")).TryGetProperty("refused", out _));
        await Server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", $"/live/{id}/stats?format=csv");
        await viewer.RefusedAsync(Error.Forbidden, "GET", $"/live/{id}/stats?step=second");
        Assert.Equal("""{"mine":1,"shared":true}""", (await administrator.CallAsync("GET", $"/events/{id}")).GetProperty("analyticsConfig").GetRawText());
        await ShareAsync(HttpMethod.Delete);
        await viewer.RefusedAsync(Error.Forbidden, "GET", $"/live/{id}/stats");

        async Task ShareAsync(HttpMethod method)
        {
            using var answer = await same.SendAsync(new HttpRequestMessage(method, $"/live/{id}/stats/share"));
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Countries_are_counted_where_a_trusted_proxy_says_them()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Localities:CountryHeader=X-Country", "--LiveComments:Localities:RegionHeader=X-Region");
        var id = await server.GoLiveAsync();
        using var administrator = server.As(Role.Administrator);
        using var viewer = server.As(Role.Viewer);
        viewer.DefaultRequestHeaders.Add("X-Country", "de");
        viewer.DefaultRequestHeaders.Add("X-Region", "BY");
        await viewer.CommentAsync(id, "counted");
        await administrator.CommentAsync(id, "from nowhere");
        JsonElement shown = default;
        await Http.EventuallyAsync(async () => (shown = await administrator.CallAsync("GET", $"/live/{id}/stats")).GetProperty("countries").GetArrayLength() > 0, "the country is counted");
        Assert.Equal("""[{"country":"DE","count":1}]""", shown.GetProperty("countries").GetRawText());
        Assert.Equal("""[{"region":"DE-BY","count":1}]""", shown.GetProperty("regions").GetRawText());
    }

    [Fact]
    public async Task What_a_client_says_of_its_country_by_itself_is_not_believed()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Localities:CountryHeader=X-Country");
        var id = await server.GoLiveAsync();
        using var administrator = server.As(Role.Administrator);
        administrator.DefaultRequestHeaders.Add("X-Country", "DE");
        await administrator.CommentAsync(id, "counted");
        JsonElement shown = default;
        await Http.EventuallyAsync(async () => (shown = await administrator.CallAsync("GET", $"/live/{id}/stats")).GetProperty("latencyMs").TryGetProperty("p99", out _), "the answer is counted");
        Assert.Equal("[]", shown.GetProperty("countries").GetRawText());
    }

    [Theory]
    [InlineData("step=day")]
    [InlineData("step=second&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z")]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")]
    [InlineData("from=0001-01-01T00:00:00Z&step=hour")]
    [InlineData("to=9999-12-31T23:59:59Z&step=hour")]
    [InlineData("format=xml")]
    [InlineData("step=hour&step=hour")]
    public async Task What_cannot_be_asked_is_refused(string query)
    {
        var id = await Server.GoLiveAsync();
        using var administrator = Server.As(Role.Administrator);
        Assert.NotNull(await administrator.RefusedAsync(Error.InvalidParameter, "GET", $"/live/{id}/stats?{query}"));
    }

    [Fact]
    public async Task Tables_are_files_for_spreadsheets_that_run_no_formula()
    {
        using var administrator = Server.As(Role.Administrator);
        var id = await administrator.GoLiveAsync("""{"title":"=1+1, \"quoted\"","eventType":"news","startTime":"2026-01-31T20:00:00Z"}""");
        await administrator.CommentAsync(id, "counted");
        var lines = Array.Empty<string>();
        await Http.EventuallyAsync(async () =>
        {
            using var answer = await administrator.GetAsync($"/live/{id}/stats?format=csv&step=hour");
            Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
            lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");
            return lines[1..].Any(line => line.Contains("Z,1,0,0,0,0,0,0,", StringComparison.Ordinal));
        }, "the comment is counted");
        Assert.Equal("from,comments,replies,reactions,removed,restored,refused,held,viewers,deliveries", lines[0]);
        var list = await administrator.GetStringAsync("/stats?format=csv&limit=500");
        Assert.Contains($"{id},,\"'=1+1, \"\"quoted\"\"\",live,", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_paged()
    {
        using var administrator = Server.As(Role.Administrator);
        var ids = new HashSet<string?>();
        for (var i = 0; i < 3; i++)
            await Server.GoLiveAsync();
        for (string? next = "/stats?limit=2&status=live"; next is not null;)
        {
            using var answer = await administrator.GetAsync(next);
            Assert.All((await answer.JsonAsync()).EnumerateArray(), one => Assert.True(ids.Add(one.Text("eventID"))));
            next = answer.Link("next");
            Assert.True(ids.Count < 1_000, "The links lead in a circle.");
        }
        Assert.True(ids.Count >= 3);
        await administrator.RefusedAsync(Error.InvalidParameter, "GET", "/stats?after=x");
        await administrator.RefusedAsync(Error.InvalidParameter, "GET", "/stats?status=x");
    }

    [Fact]
    public async Task What_an_event_switches_off_is_not_counted()
    {
        using var administrator = Server.As(Role.Administrator);
        var id = await administrator.GoLiveAsync("""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z","analyticsConfig":{"off":["refusals","words"]}}""");
        await Server.As(Role.Viewer).RefusedAsync(Error.TextEmpty, "POST", $"/live/{id}/comments", """{"commentText":""}""");
        for (var i = 0; i < 3; i++)
            await administrator.CommentAsync(id, "counted");
        await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", $"/live/{id}/stats")).GetProperty("totals").Number("comments") == 3, "the comments are counted");
        var shown = await administrator.CallAsync("GET", $"/live/{id}/stats");
        Assert.Equal(0, shown.GetProperty("totals").Number("refused"));
        Assert.Empty(shown.GetProperty("topWords").EnumerateArray());
    }

    private static HttpRequestMessage Sse(string id) => new(HttpMethod.Get, $"/live/{id}/comments/stream") { Headers = { { "Accept", "text/event-stream" } } };
}
