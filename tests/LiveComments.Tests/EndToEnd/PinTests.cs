using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Log;

namespace LiveComments.Tests.EndToEnd;

/// <summary>The one comment that an event shows above all others.</summary>
public sealed class PinTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid());

    private TestServer _server = null!;
    private EventId _id;

    private string Path => $"/live/{_id}/moderation/pinned";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        Assert.True(EventId.TryParse(await _server.GoLiveAsync(), out _id));
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{_id}/participants/{_moderator}", """{"role":"moderator"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everybody_who_watches_sees_what_is_pinned_and_unpinned_and_who_comes_later_too(bool eventStream)
    {
        var (first, second) = (await PostAsync("first"), await PostAsync("second"));
        await using var viewer = await WatchAsync(eventStream);
        Assert.Null(Pinned((await viewer.NextAsync("hello")).GetProperty("event")));

        var pinned = await Moderator.CallAsync("PUT", Path, Body(first));
        Assert.Equal(("pinned", first), (pinned.Text("status"), pinned.Text("commentID")));
        await Moderator.CallAsync("PUT", Path, Body(second));
        Assert.Equal("unpinned", (await Moderator.CallAsync("DELETE", Path)).Text("status"));
        await Moderator.CallAsync("PUT", Path, Body(first));
        var entries = await viewer.EntriesToAsync(8, after: 4);
        Assert.All(entries, entry => Assert.Equal("pinned", entry.Text("type")));
        Assert.Equal(["first", "second", null, "first"], entries.Select(entry => entry.TryGetProperty("comment", out var comment) ? comment.Text("commentText") : null));

        await using var late = await WatchAsync(eventStream);
        Assert.Equal("first", Pinned((await late.NextAsync("hello")).GetProperty("event")));
        Assert.Equal("first", Pinned(await EventAsync()));
        await using var resumed = await WatchAsync(eventStream, "?after=start");
        await resumed.NextAsync("hello");
        Assert.Equal(entries.Select(entry => entry.GetRawText()), (await resumed.EntriesToAsync(8, after: 0)).TakeLast(4).Select(entry => entry.GetRawText()));
    }

    [Fact]
    public async Task Repeated_it_answers_the_same_and_is_one_entry()
    {
        var comment = await PostAsync("once");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Moderator.CallAsync("PUT", Path, Body(comment))));
        Assert.Single(answers.Select(answer => answer.GetRawText()).Distinct());
        Assert.Single((await _server.EntriesAsync(_id.ToString())).OfType<PinnedEntry>());
        for (var i = 0; i < 3; i++)
            Assert.Equal("unpinned", (await Moderator.CallAsync("DELETE", Path)).Text("status"));
        Assert.Equal(2, (await _server.EntriesAsync(_id.ToString())).OfType<PinnedEntry>().Count());
    }

    [Fact]
    public async Task It_is_pinned_after_a_restart_and_after_the_end_of_the_event()
    {
        var (first, second) = (await PostAsync("first"), await PostAsync("second"));
        await Moderator.CallAsync("PUT", Path, Body(first));
        await _server.RestartAsync();
        Assert.Equal("first", Pinned(await EventAsync()));
        await using (var viewer = await WatchAsync(eventStream: false))
            Assert.Equal("first", Pinned((await viewer.NextAsync("hello")).GetProperty("event")));

        await _server.As(Role.Administrator).CallAsync("POST", $"/events/{_id}/end");
        Assert.Equal("first", Pinned(await EventAsync()));
        await Moderator.CallAsync("PUT", Path, Body(second));
        Assert.Equal("second", Pinned(await EventAsync()));
        await Moderator.CallAsync("DELETE", Path);
        Assert.Null(Pinned(await EventAsync()));
    }

    [Fact]
    public async Task It_is_known_however_much_was_written_since()
    {
        await Moderator.CallAsync("PUT", Path, Body(await PostAsync("long ago")));
        await _server.PlaceCommentsAsync(_id.ToString(), new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 600).Select(i => $"comment {i}")]);
        await _server.RestartAsync();
        await using var viewer = await WatchAsync(eventStream: false);
        Assert.Equal("long ago", Pinned((await viewer.NextAsync("hello")).GetProperty("event")));
    }

    [Fact]
    public async Task The_text_of_a_removed_comment_is_pinned_on_no_path()
    {
        var comment = await PostAsync("SECRET");
        await using var viewer = await WatchAsync(eventStream: false);
        await Moderator.CallAsync("PUT", Path, Body(comment));
        await viewer.EntriesToAsync(4, after: 3);
        await Moderator.CallAsync("DELETE", $"/live/{_id}/comments/{comment}");
        Assert.Equal("removed", Assert.Single(await viewer.EntriesToAsync(5, after: 4)).Text("type"));
        for (var restarted = 0; restarted < 2; restarted++)
        {
            Assert.Null(Pinned(await EventAsync()));
            foreach (var eventStream in new[] { false, true })
            {
                await using var late = await WatchAsync(eventStream, "?after=start");
                Assert.Null(Pinned((await late.NextAsync("hello")).GetProperty("event")));
                var entries = await late.EntriesToAsync(5, after: 0);
                Assert.Equal(["status", "status", "removed", "pinned", "removed"], entries.Select(entry => entry.Text("type")));
                Assert.DoesNotContain(entries, entry => entry.GetRawText().Contains("SECRET", StringComparison.Ordinal));
            }
            await _server.RestartAsync();
        }
        await Moderator.RefusedAsync(Error.CommentRemoved, "PUT", Path, Body(comment));
    }

    [Fact]
    public async Task Only_moderators_pin_and_only_comments_of_the_event()
    {
        var comment = await PostAsync("x");
        foreach (var (method, body) in new[] { ("PUT", Body(comment)), ("DELETE", null) })
        {
            await _server.Anonymous.RefusedAsync(Error.Unauthenticated, method, Path, body);
            await _server.As(Role.Viewer).RefusedAsync(Error.Forbidden, method, Path, body);
            await _server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())).RefusedAsync(Error.Forbidden, method, Path, body);
            await Moderator.RefusedAsync(Error.EventNotFound, method, "/live/nowhere/moderation/pinned", body);
        }
        foreach (var unknown in new[] { Guid.NewGuid().ToString(), "x", "" })
            await Moderator.RefusedAsync(Error.CommentNotFound, "PUT", Path, Body(unknown));
        await Moderator.RefusedAsync(Error.CommentNotFound, "PUT", Path, "{}");
        await Moderator.RefusedAsync(Error.InvalidJson, "PUT", Path, "[]");
        var elsewhere = await _server.PlaceCommentsAsync(await _server.GoLiveAsync(), new UserId(Guid.NewGuid()), "elsewhere");
        await Moderator.RefusedAsync(Error.CommentNotFound, "PUT", Path, Body(elsewhere[0].Id.ToString()));
        Assert.Null(Pinned(await EventAsync()));
        await _server.As(Role.Administrator).CallAsync("PUT", Path, Body(comment));
        Assert.Equal("x", Pinned(await EventAsync()));
    }

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private static string Body(string commentId) => JsonSerializer.Serialize(new { commentID = commentId });

    private static string? Pinned(JsonElement liveEvent) => liveEvent.TryGetProperty("pinned", out var comment) ? comment.Text("commentText") : null;

    private Task<JsonElement> EventAsync() => _server.Anonymous.CallAsync("GET", $"/events/{_id}");

    private async Task<string> PostAsync(string text) => (await _server.PlaceCommentsAsync(_id.ToString(), new UserId(Guid.NewGuid()), text))[0].Id.ToString();

    private Task<StreamClient> WatchAsync(bool eventStream, string query = "") =>
        eventStream ? StreamClient.EventStreamAsync(_server, _id.ToString(), query) : StreamClient.WebSocketAsync(_server, _id.ToString(), query);
}
