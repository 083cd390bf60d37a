using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Playing an event back over HTTP.</summary>
public class ReplayTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly UserId _writer = new(Guid.NewGuid());
    private TestServer _server = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time), await StoreAsync());
        _admin = _server.As(Role.Administrator);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    [Fact]
    public async Task The_segments_of_an_ended_event_hold_all_its_comments_by_the_time_since_it_went_live()
    {
        var id = await CreateAsync();
        await _admin.CallAsync("POST", $"/events/{id}/start");
        var start = _time.GetUtcNow();
        var expected = new List<(string, long)>();
        for (var i = 0; i < 20; i++)
        {
            var comment = await PlaceAsync(id, $"text {i}");
            expected.Add((comment.Id.ToString(), (long)(comment.Time - start).TotalMilliseconds));
            _time.Advance(TimeSpan.FromMilliseconds(4_321));
        }
        await _admin.CallAsync("POST", $"/events/{id}/end");
        _time.Advance(TimeSpan.FromHours(1));

        var index = await _server.Anonymous.CallAsync("GET", $"/live/{id}/replay");
        Assert.Equal(86_420, index.GetProperty("durationMs").GetInt64());
        Assert.Equal(3, index.GetProperty("segments").GetInt32());
        Assert.Equal(30_000, index.GetProperty("segmentMs").GetInt32());
        // What the log says of the event is no comment.
        Assert.Equal(20, index.GetProperty("activity").GetProperty("entries").EnumerateArray().Sum(count => count.GetInt64()));
        Assert.Equal(expected, await AllAsync(id, 3));
        await _server.Anonymous.RefusedAsync(Error.NotFound, "GET", $"/live/{id}/replay/3");
        await _server.Anonymous.RefusedAsync(Error.NotFound, "GET", $"/live/{id}/replay/-1");
        await _server.Anonymous.RefusedAsync(Error.NotFound, "GET", $"/live/{id}/replay/x");
        await _server.Anonymous.RefusedAsync(Error.InvalidParameter, "GET", $"/live/{id}/replay/0?after=1.2");
        await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", "/live/nothing/replay");
    }

    [Fact]
    public async Task A_cache_that_asks_gets_no_body_until_a_comment_of_the_segment_is_removed()
    {
        var id = await CreateAsync();
        await _admin.CallAsync("POST", $"/events/{id}/start");
        var removed = await PlaceAsync(id, "said too much");
        _time.Advance(TimeSpan.FromSeconds(45));
        await PlaceAsync(id, "fine");
        await _admin.CallAsync("POST", $"/events/{id}/end");

        var first = await TagAsync($"/live/{id}/replay/0", null, HttpStatusCode.OK);
        var second = await TagAsync($"/live/{id}/replay/1", null, HttpStatusCode.OK);
        Assert.Equal(first, await TagAsync($"/live/{id}/replay/0", first, HttpStatusCode.NotModified));
        Assert.Equal(second, await TagAsync($"/live/{id}/replay/1", second, HttpStatusCode.NotModified));
        await _admin.CallAsync("DELETE", $"/live/{id}/comments/{removed.Id}");
        Assert.NotEqual(first, await TagAsync($"/live/{id}/replay/0", first, HttpStatusCode.OK));
        Assert.Equal(second, await TagAsync($"/live/{id}/replay/1", second, HttpStatusCode.NotModified));
        Assert.DoesNotContain("said too much", await _server.Anonymous.GetStringAsync($"/live/{id}/replay/0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reactions_grow_as_they_did()
    {
        var id = await CreateAsync();
        await _admin.CallAsync("POST", $"/events/{id}/start");
        var comment = await PlaceAsync(id, "well said");
        for (var i = 0; i < 3; i++)
        {
            await _server.As(Role.Viewer).CallAsync("POST", $"/live/{id}/comments/{comment.Id}/reactions", """{"reactionType":"love"}""");
            _time.Advance(TimeSpan.FromSeconds(20));
        }
        await _admin.CallAsync("POST", $"/events/{id}/end");
        var (first, second) = (await _server.Anonymous.CallAsync("GET", $"/live/{id}/replay/0"), await _server.Anonymous.CallAsync("GET", $"/live/{id}/replay/1"));
        Assert.Equal([1, 2], Loves(first));
        Assert.Equal([3], Loves(second));
        Assert.False(first.GetProperty("comments")[0].GetProperty("comment").TryGetProperty("reactions", out _), "It shows what came later.");

        IEnumerable<int> Loves(JsonElement segment) => segment.GetProperty("reactions").EnumerateArray().Select(counts =>
        {
            Assert.Equal(comment.Id.ToString(), counts.Text("commentID"));
            return counts.GetProperty("reactions").GetProperty("loves").GetInt32();
        });
    }

    [Fact]
    public async Task A_segment_too_long_for_one_answer_goes_on_in_the_next()
    {
        var id = await CreateAsync();
        await _admin.CallAsync("POST", $"/events/{id}/start");
        var placed = await _server.PlaceAsync(id, [.. Enumerable.Range(0, 2_500).Select(i => Draft($"{i}"))]);
        Assert.Equal(placed.OrderBy(comment => comment.Position.Seq).Select(comment => comment.Id.ToString()), (await AllAsync(id, 1)).Select(comment => comment.Id));
    }

    [Fact]
    public async Task An_event_that_was_never_live_has_nothing_to_replay_and_a_live_one_what_there_is()
    {
        var id = await CreateAsync("""{"openBeforeStartMinutes":1440}""");
        var index = await _server.Anonymous.CallAsync("GET", $"/live/{id}/replay");
        Assert.Equal(0, index.GetProperty("segments").GetInt32());
        Assert.False(index.TryGetProperty("startedAt", out _));
        await _server.Anonymous.RefusedAsync(Error.NotFound, "GET", $"/live/{id}/replay/0");

        await PlaceAsync(id, "before");
        _time.Advance(TimeSpan.FromSeconds(5));
        await _admin.CallAsync("POST", $"/events/{id}/start");
        await PlaceAsync(id, "now");
        Assert.Equal([-5_000, 0], (await AllAsync(id, 1)).Select(comment => comment.Offset));
        _time.Advance(TimeSpan.FromSeconds(65));
        Assert.Equal(3, (await _server.Anonymous.CallAsync("GET", $"/live/{id}/replay")).GetProperty("segments").GetInt32());
    }

    [Fact]
    public async Task A_private_event_is_replayed_to_those_who_may_read_it_and_kept_by_no_shared_cache()
    {
        var id = await CreateAsync("""{"visibility":"private"}""");
        await _admin.CallAsync("POST", $"/events/{id}/start");
        foreach (var path in new[] { $"/live/{id}/replay", $"/live/{id}/replay/0" })
        {
            await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", path);
            await _server.As(Role.Viewer).RefusedAsync(Error.EventNotFound, "GET", path);
            using var answer = await _admin.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl is { Private: true, NoCache: true });
        }
    }

    private async Task<string> CreateAsync(string settings = "{}") =>
        (await _admin.CallAsync("POST", "/events", $$"""{"title":"A","eventType":"news","startTime":"{{_time.GetUtcNow().AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}}","settings":{{settings}}}""", HttpStatusCode.Created)).Text("eventID")!;

    private CommentDraft Draft(string text) =>
        new(CommentId.New(_time), new Author(_writer, "writer", "Writer", null, Role.Viewer), text, null, [], null, null, AllowBeforeStart: true);

    private async Task<Comment> PlaceAsync(string id, string text)
    {
        Assert.True(EventId.TryParse(id, out var eventId));
        return ((CommentEntry)Assert.IsType<AppendResult.Appended>(await _server.Services.GetRequiredService<IEngine>().PlaceAsync(eventId, Draft(text), default)).Entry).Comment;
    }

    private async Task<List<(string Id, long Offset)>> AllAsync(string id, int segments)
    {
        var all = new List<(string, long)>();
        for (var segment = 0; segment < segments; segment++)
            for (string? next = $"/live/{id}/replay/{segment}"; next is not null;)
            {
                using var answer = await _server.Anonymous.GetAsync(next);
                all.AddRange((await answer.JsonAsync()).GetProperty("comments").EnumerateArray()
                    .Select(comment => (comment.GetProperty("comment").Text("commentID")!, comment.GetProperty("offsetMs").GetInt64())));
                next = answer.Link("next");
                Assert.True(all.Count <= 10_000, "The links lead in a circle.");
            }
        return all;
    }

    private async Task<string> TagAsync(string path, string? known, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(known));
        using var answer = await _server.Anonymous.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl is { NoCache: true, NoStore: false, Private: false });
        Assert.False(answer.Headers.ETag!.IsWeak);
        return answer.Headers.ETag.ToString();
    }
}
