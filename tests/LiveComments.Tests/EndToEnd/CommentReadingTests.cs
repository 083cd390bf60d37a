using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Reactions;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Reading comments over HTTP.</summary>
public class CommentReadingTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly UserId _writer = new(Guid.NewGuid());
    private TestServer _server = null!;
    private string _event = null!;

    private string Comments => $"/live/{_event}/comments";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time), await StoreAsync());
        _event = await CreateEventAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    [Fact]
    public async Task A_thousand_comments_of_one_millisecond_are_paged_by_position_and_by_time_without_loss()
    {
        var placed = await PlaceAsync(1_000);
        var expected = placed.OrderBy(comment => comment.Position.Seq).Select(comment => comment.Id.ToString()).ToList();
        Assert.Single(placed.Select(comment => comment.Time).Distinct());

        var since = Uri.EscapeDataString(placed[0].Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        foreach (var first in new[] { $"{Comments}?after=start&limit=70", $"{Comments}?since={since}&limit=70", $"{Comments}?since={since}&limit=500", $"{Comments}?after=start&limit=500" })
            Assert.Equal(expected, await WalkAsync(first, "next"));
        // Backwards from the newest page: each page ascending, the pages in reverse.
        Assert.Equal(expected, await WalkAsync($"{Comments}?limit=70", "prev"));
        // One millisecond later there is nothing.
        Assert.Empty(await WalkAsync($"{Comments}?since={Uri.EscapeDataString(placed[0].Time.AddMilliseconds(1).ToString("yyyy-MM-ddTHH:mm:ss.fffZ"))}", "next"));
        Assert.Equal(expected, await WalkAsync($"{Comments}?since={Uri.EscapeDataString(placed[0].Time.AddTicks(-1).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ"))}&limit=500", "next"));
    }

    [Fact]
    public async Task Since_starts_at_its_millisecond_whatever_offset_it_is_written_in()
    {
        var times = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            times.Add((await PlaceAsync(2))[0].Time.ToString("HH:mm:ss.fff"));
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }
        Assert.Equal(["20:00:00.000", "20:00:00.005", "20:00:00.010", "20:00:00.015"], times);
        foreach (var (since, count) in new[]
        {
            ("2026-01-31T20:00:00.010Z", 4), ("2026-01-31T21:00:00.010%2B01:00", 4), ("2026-01-31T21:00:00.010+01:00", 4), ("2026-01-31T20:00:00.0100001Z", 2),
            ("2026-01-31T20:00:00Z", 8), ("2026-01-31T20:00:00.011Z", 2), ("1970-01-01T00:00:00Z", 8), ("2026-01-31T20:00:00.016Z", 0),
        })
            Assert.Equal(count, (await ListAsync($"{Comments}?since={since}")).Count);
    }

    [Fact]
    public async Task The_newest_page_is_ascending_and_leads_back_but_not_on()
    {
        var placed = await PlaceAsync(60);
        using var newest = await _server.Anonymous.GetAsync(Comments);
        var page = (await newest.JsonAsync()).EnumerateArray().ToList();
        Assert.Equal(placed.Skip(10).Select(comment => comment.Id.ToString()), page.Select(comment => comment.Text("commentID")));
        Assert.Equal(placed[^1].Position.ToString(), newest.Headers.GetValues("LiveComments-Position").Single());
        Assert.True(newest.Headers.CacheControl!.NoStore);
        Assert.Null(newest.Link("next"));

        using var older = await _server.Anonymous.GetAsync(newest.Link("prev"));
        Assert.Equal(placed.Take(10).Select(comment => comment.Id.ToString()), (await older.JsonAsync()).EnumerateArray().Select(comment => comment.Text("commentID")));
        Assert.Null(older.Link("prev"));
        Assert.Equal(page.Select(comment => comment.Text("commentID")), await WalkAsync(older.Link("next")!, "next"));
    }

    [Fact]
    public async Task A_page_between_others_names_both_in_one_link_header()
    {
        var placed = await PlaceAsync(3);
        using var page = await _server.Anonymous.GetAsync($"{Comments}?after={placed[0].Position}&limit=1");
        var link = Assert.Single(page.Headers.GetValues("Link"));
        Assert.Equal($"<{page.Link("next")}>; rel=\"next\", <{page.Link("prev")}>; rel=\"prev\"", link);
        Assert.Equal([placed[0].Id.ToString()], (await ListAsync(page.Link("prev")!)).Select(comment => comment.Text("commentID")));
        Assert.Equal([placed[2].Id.ToString()], (await ListAsync(page.Link("next")!)).Select(comment => comment.Text("commentID")));
    }

    [Fact]
    public async Task The_position_of_an_answer_is_where_the_next_one_goes_on()
    {
        await PlaceAsync(3);
        var seen = new List<string>();
        var position = "start";
        for (var round = 0; round < 4; round++)
        {
            using var answer = await _server.Anonymous.GetAsync($"{Comments}?after={position}&limit=2");
            seen.AddRange((await answer.JsonAsync()).EnumerateArray().Select(comment => comment.Text("commentID")!));
            position = answer.Headers.GetValues("LiveComments-Position").Single();
            await PlaceAsync(1);
        }
        Assert.Equal((await WalkAsync($"{Comments}?after=start", "next")).Take(seen.Count), seen);
        Assert.Equal(6, seen.Count);
    }

    [Fact]
    public async Task A_comment_reads_the_same_in_a_page_and_alone_and_a_removed_one_is_on_neither()
    {
        var placed = await PlaceAsync(3);
        var page = await ListAsync(Comments);
        var alone = await _server.Anonymous.CallAsync("GET", $"{Comments}/{placed[1].Id}");
        Assert.Equal(page[1].GetRawText(), alone.GetRawText());
        Assert.Equal(placed[1].Id.ToString(), alone.Text("commentID"));
        Assert.Equal(_writer.ToString(), alone.Text("userID"));
        Assert.Equal(("writer", "Writer", "text 1"), (alone.Text("username"), alone.Text("displayName"), alone.Text("commentText")));
        Assert.Equal("2026-01-31T20:00:00.000Z", alone.Text("timestamp"));
        Assert.Equal(placed[1].Position.ToString(), alone.Text("position"));
        Assert.Equal(0, alone.GetProperty("replyCount").GetInt32());
        Assert.Equal("{}", alone.GetProperty("reactions").GetRawText());

        await RemoveAsync(placed[1].Id);
        await _server.Anonymous.RefusedAsync(Error.CommentNotFound, "GET", $"{Comments}/{placed[1].Id}");
        foreach (var path in new[] { "", "?after=start", "?since=2026-01-01T00:00:00Z", "?sort=popular", $"?before={placed[2].Position}" })
            Assert.DoesNotContain("text 1", (await _server.Anonymous.CallAsync("GET", Comments + path)).GetRawText(), StringComparison.Ordinal);
        foreach (var id in new[] { Guid.NewGuid().ToString(), "1", "%20" })
            await _server.Anonymous.RefusedAsync(Error.CommentNotFound, "GET", $"{Comments}/{id}");
        var other = await CreateEventAsync();
        await _server.Anonymous.RefusedAsync(Error.CommentNotFound, "GET", $"/live/{other}/comments/{placed[0].Id}");
    }

    [Fact]
    public async Task A_thread_is_paged_by_its_parent()
    {
        var parents = await PlaceAsync(2);
        var replies = await _server.PlaceAsync(_event, [.. Enumerable.Range(0, 7).Select(i => Draft($"reply {i}", parents[i % 2].Id))]);
        var expected = replies.Where((_, i) => i % 2 == 0).OrderBy(reply => reply.Position.Seq).Select(reply => reply.Id.ToString()).ToList();
        Assert.Equal(expected, await WalkAsync($"{Comments}?parent={parents[0].Id}&after=start&limit=3", "next"));
        Assert.Equal(expected, await WalkAsync($"{Comments}?parent={parents[0].Id}&limit=3", "prev"));
        Assert.Equal(4, (await _server.Anonymous.CallAsync("GET", $"{Comments}/{parents[0].Id}")).GetProperty("replyCount").GetInt32());
        Assert.All(await ListAsync($"{Comments}?parent={parents[1].Id}"), reply => Assert.Equal(parents[1].Id.ToString(), reply.Text("replyToCommentID")));
        Assert.Empty(await ListAsync($"{Comments}?parent={Guid.NewGuid()}"));
        // A thread of one event is not read through another.
        Assert.Empty(await ListAsync($"/live/{await CreateEventAsync()}/comments?parent={parents[0].Id}"));
    }

    [Fact]
    public async Task Popular_are_the_comments_with_the_most_reactions_and_ties_by_position()
    {
        var placed = await PlaceAsync(4);
        var reactions = _server.Services.GetRequiredService<IReactionStore>();
        Assert.True(EventId.TryParse(_event, out var id));
        await reactions.ApplyAsync(id, [
            new(placed[2].Id, new UserId(Guid.NewGuid()), ReactionType.Like), new(placed[2].Id, new UserId(Guid.NewGuid()), ReactionType.Sad),
            new(placed[3].Id, new UserId(Guid.NewGuid()), ReactionType.Wow)], default);
        using var answer = await _server.Anonymous.GetAsync($"{Comments}?sort=popular&limit=3");
        var popular = (await answer.JsonAsync()).EnumerateArray().ToList();
        Assert.Equal([placed[2].Id.ToString(), placed[3].Id.ToString(), placed[0].Id.ToString()], popular.Select(comment => comment.Text("commentID")));
        Assert.Equal("""{"likes":1,"sads":1}""", popular[0].GetProperty("reactions").GetRawText());
        Assert.False(answer.Headers.Contains("LiveComments-Position"));
        Assert.False(answer.Headers.Contains("Link"));
    }

    [Fact]
    public async Task Who_is_signed_in_reads_what_they_gave_themselves_and_nobody_else_does()
    {
        var placed = await PlaceAsync(3);
        var reactions = _server.Services.GetRequiredService<IReactionStore>();
        Assert.True(EventId.TryParse(_event, out var id));
        UserId ann = new(Guid.NewGuid()), bob = new(Guid.NewGuid());
        await reactions.ApplyAsync(id, [new(placed[1].Id, ann, ReactionType.Love), new(placed[1].Id, bob, ReactionType.Like), new(placed[2].Id, bob, ReactionType.Wow)], default);
        foreach (var query in new[] { "", "?after=start", "?sort=popular", $"?before={placed[2].Position with { Seq = placed[2].Position.Seq + 1 }}" })
        {
            Assert.Equal([(placed[1].Id.ToString(), "love")], await OwnAsync(_server.As(Role.Viewer, ann), query));
            Assert.Equal([(placed[1].Id.ToString(), "like"), (placed[2].Id.ToString(), "wow")], await OwnAsync(_server.As(Role.Viewer, bob), query));
            Assert.Empty(await OwnAsync(_server.As(Role.Administrator), query));
            Assert.Empty(await OwnAsync(_server.Anonymous, query));
        }
        Assert.Equal("love", (await _server.As(Role.Viewer, ann).CallAsync("GET", $"{Comments}/{placed[1].Id}")).Text("myReaction"));
        Assert.False((await _server.As(Role.Viewer, ann).CallAsync("GET", $"{Comments}/{placed[2].Id}")).TryGetProperty("myReaction", out _));
        Assert.False((await _server.Anonymous.CallAsync("GET", $"{Comments}/{placed[1].Id}")).TryGetProperty("myReaction", out _));

        await reactions.ApplyAsync(id, [new(placed[1].Id, ann, null)], default);
        Assert.Empty(await OwnAsync(_server.As(Role.Viewer, ann), ""));
        // What is one person's answer must be kept by no cache on the way.
        foreach (var path in new[] { Comments, $"{Comments}/{placed[1].Id}" })
        {
            using var answer = await _server.As(Role.Viewer, bob).GetAsync(path);
            Assert.True(answer.Headers.CacheControl is { NoStore: true, Public: false });
        }

        async Task<List<(string?, string?)>> OwnAsync(HttpClient client, string query) =>
            [.. (await client.CallAsync("GET", Comments + query)).EnumerateArray().Where(comment => comment.TryGetProperty("myReaction", out _))
                .Select(comment => (comment.Text("commentID"), comment.Text("myReaction"))).OrderBy(own => placed.Single(comment => comment.Id.ToString() == own.Item1).Position.Seq)];
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=-1")]
    [InlineData("limit=1e2")]
    [InlineData("limit=")]
    [InlineData("limit=5&limit=6")]
    [InlineData("since=yesterday")]
    [InlineData("since=2026-01-31T20:00:00")]
    [InlineData("since=2026-01-31 20:00:00Z")]
    [InlineData("since=1769889600000")]
    [InlineData("since=")]
    [InlineData("parent=1")]
    [InlineData("sort=newest")]
    [InlineData("sort=popular&parent=0197f0f4-0000-7000-8000-000000000000")]
    [InlineData("sort=popular&after=start")]
    [InlineData("after=start&before=1:1")]
    [InlineData("after=start&since=2026-01-31T20:00:00Z")]
    [InlineData("before=1:1&since=2026-01-31T20:00:00Z")]
    public async Task A_parameter_out_of_its_form_is_refused_by_name(string query)
    {
        var detail = await _server.Anonymous.RefusedAsync(Error.InvalidParameter, "GET", $"{Comments}?{query}");
        Assert.Contains(query[..query.IndexOf('=')], detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("after=1")]
    [InlineData("after=")]
    [InlineData("after=Start")]
    [InlineData("after=1:-1")]
    [InlineData("after=01:1")]
    [InlineData("before=start")]
    [InlineData("before=1:99999999999999999999")]
    [InlineData("before=a:b")]
    public async Task A_position_out_of_its_form_is_refused(string query) =>
        await _server.Anonymous.RefusedAsync(Error.InvalidPosition, "GET", $"{Comments}?{query}");

    [Fact]
    public async Task A_position_that_the_log_does_not_know_is_gone()
    {
        var head = (await PlaceAsync(2))[^1].Position;
        var otherEpoch = head with { Epoch = head.Epoch == 0 ? 1 : head.Epoch - 1 };
        var beyond = head with { Seq = head.Seq + 1 };
        foreach (var query in new[] { $"after={otherEpoch}", $"before={otherEpoch}", $"after={otherEpoch with { Seq = 0 }}", $"after={beyond}", $"before={beyond with { Seq = beyond.Seq + 1 }}", $"after={head.Epoch}:{long.MaxValue}" })
            await _server.Anonymous.RefusedAsync(Error.PositionGone, "GET", $"{Comments}?{query}");
        Assert.Empty(await ListAsync($"{Comments}?after={head}"));
        Assert.Equal(2, (await ListAsync($"{Comments}?before={beyond}")).Count);
        Assert.Empty(await ListAsync($"{Comments}?before={head with { Seq = 0 }}"));
        Assert.Equal(2, (await ListAsync($"{Comments}?after={head with { Seq = 0 }}")).Count);
    }

    [Fact]
    public async Task Links_stay_below_the_path_base()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:PathBase=/chat");
        var id = (await server.As(Role.Administrator).CallAsync("POST", "/chat/events", """{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z"}""", HttpStatusCode.Created)).Text("eventID")!;
        await server.PlaceCommentsAsync(id, _writer, "1", "2", "3");
        using var answer = await server.Anonymous.GetAsync($"/chat/live/{id}/comments?limit=2");
        Assert.StartsWith($"/chat/live/{id}/comments?before=", answer.Link("prev"), StringComparison.Ordinal);
        Assert.Single((await server.Anonymous.CallAsync("GET", answer.Link("prev")!)).EnumerateArray());
    }

    [Fact]
    public async Task My_comments_and_mentions_come_from_all_events_newest_first()
    {
        var me = new UserId(Guid.NewGuid());
        var other = await CreateEventAsync("my-other");
        var hidden = await CreateEventAsync("hidden", """{"visibility":"private"}""");
        var mine = new List<string>();
        var mentions = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var eventId = i % 2 == 0 ? _event : other;
            mine.Add((await _server.PlaceAsync(eventId, [Draft($"mine {i}") with { Author = new Author(me, "me", "Me", null, Role.Viewer) }]))[0].Id.ToString());
            mentions.Add((await _server.PlaceAsync(eventId, [Draft($"@me {i}") with { Mentions = [new Mention(me, "me")] }]))[0].Id.ToString());
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        var secret = (await _server.PlaceAsync(hidden, [Draft("@me secret") with { Mentions = [new Mention(me, "me")] }]))[0];
        var removed = (await _server.PlaceAsync(_event, [Draft("@me removed") with { Mentions = [new Mention(me, "me")] }]))[0];
        await RemoveAsync(removed.Id);
        mine.Reverse();
        mentions.Reverse();

        var client = _server.As(Role.Viewer, me);
        foreach (var limit in new[] { 1, 4, 500 })
        {
            Assert.Equal(mine, await WalkFoundAsync(client, $"/me/comments?limit={limit}"));
            Assert.Equal(mentions, await WalkFoundAsync(client, $"/me/mentions?limit={limit}"));
        }
        Assert.Empty(await WalkFoundAsync(_server.As(Role.Viewer), "/me/comments"));
        var newest = (await client.CallAsync("GET", "/me/mentions?limit=2")).EnumerateArray().First();
        Assert.Equal((other, "my-other"), (newest.Text("eventID"), newest.Text("videoID")));
        Assert.Equal("@me 5", newest.GetProperty("comment").Text("commentText"));

        // Admitted, I may read it; the mention was there all along.
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/hidden/participants/{me}", """{"role":"viewer"}""");
        Assert.Equal(mentions.Prepend(secret.Id.ToString()), await WalkFoundAsync(client, "/me/mentions"));
    }

    [Theory]
    [InlineData("/me/comments")]
    [InlineData("/me/mentions")]
    public async Task My_lists_are_mine_and_strict(string path)
    {
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", path);
        foreach (var query in new[] { "before=1", "before=", "limit=0", "limit=501" })
            await _server.As(Role.Viewer).RefusedAsync(Error.InvalidParameter, "GET", $"{path}?{query}");
    }

    private async Task<string> CreateEventAsync(string? videoId = null, string settings = "{}") =>
        (await _server.As(Role.Administrator).CallAsync("POST", "/events",
            $$"""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z","videoID":{{JsonSerializer.Serialize(videoId)}},"settings":{{settings}}}""", HttpStatusCode.Created)).Text("eventID")!;

    private CommentDraft Draft(string text, CommentId? parent = null) =>
        new(CommentId.New(_time), new Author(_writer, "writer", "Writer", null, Role.Viewer), text, parent, [], null, null);

    /// <summary>In the order of their positions.</summary>
    private async Task<IReadOnlyList<Comment>> PlaceAsync(int count) =>
        [.. (await _server.PlaceAsync(_event, [.. Enumerable.Range(0, count).Select(i => Draft($"text {i}"))])).OrderBy(comment => comment.Position.Seq)];

    private async Task RemoveAsync(CommentId comment)
    {
        Assert.True(EventId.TryParse(_event, out var id));
        Assert.IsType<AppendResult.Appended>(await _server.Services.GetRequiredService<IEngine>().PlaceAsync(id, new RemovalDraft(comment, _writer, true), default));
    }

    private async Task<List<JsonElement>> ListAsync(string path) => [.. (await _server.Anonymous.CallAsync("GET", path)).EnumerateArray()];

    /// <summary>Follows links to the end; the ids in the order of the log.</summary>
    private async Task<List<string>> WalkAsync(string path, string relation)
    {
        var pages = new List<List<string>>();
        for (string? next = path; next is not null;)
        {
            using var answer = await _server.Anonymous.GetAsync(next);
            pages.Add([.. (await answer.JsonAsync()).EnumerateArray().Select(comment => comment.Text("commentID")!)]);
            next = answer.Link(relation);
            Assert.True(pages.Count <= 1_000, "The links lead in a circle.");
        }
        if (relation == "prev")
            pages.Reverse();
        return [.. pages.SelectMany(page => page)];
    }

    private static async Task<List<string>> WalkFoundAsync(HttpClient client, string path)
    {
        var ids = new List<string>();
        for (string? next = path; next is not null;)
        {
            using var answer = await client.GetAsync(next);
            ids.AddRange((await answer.JsonAsync()).EnumerateArray().Select(found => found.GetProperty("comment").Text("commentID")!));
            next = answer.Link("next");
            Assert.True(ids.Count <= 1_000, "The links lead in a circle.");
        }
        return ids;
    }
}
