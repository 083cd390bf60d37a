using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Who came to an event, and when first.</summary>
public sealed class JoinTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Whoever_watches_or_writes_signed_in_has_joined_and_anonymous_viewers_have_not()
    {
        var live = await _server.GoLiveAsync();
        var people = Enumerable.Range(0, 5).Select(_ => new UserId(Guid.NewGuid())).ToList();
        await using var anonymous = await StreamClient.WebSocketAsync(_server, live);
        await using var socket = await StreamClient.WebSocketAsync(_server, live, token: _server.Token(user: people[0]));
        await using var events = await StreamClient.EventStreamAsync(_server, live, token: _server.Token(user: people[1]));
        await using var late = await StreamClient.WebSocketAsync(_server, live);
        await late.SendAsync(new { type = "auth", token = _server.Token(user: people[2]) });
        await late.NextAsync("authenticated");
        var ticket = (await _server.As(Role.Viewer, people[3]).CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        await using var ticketed = await StreamClient.EventStreamAsync(_server, live, $"?ticket={ticket}");
        await _server.As(Role.Viewer, people[4]).CommentAsync(live, "I am here");

        var joined = await JoinedAsync(live, 5);
        Assert.Equal(people.Select(user => user.ToString()).Order(), joined.Select(one => one.Text("userID")!).Order());
        Assert.All(joined, one => Assert.False(one.TryGetProperty("role", out _)));
        Assert.Equal("[]", (await _server.As(Role.Administrator).CallAsync("GET", $"/events/{live}/participants")).GetRawText());
    }

    [Fact]
    public async Task Coming_back_changes_nothing_and_names_follow_the_account()
    {
        var live = await _server.GoLiveAsync();
        var user = new UserId(Guid.NewGuid());
        await (await StreamClient.WebSocketAsync(_server, live, token: _server.Token(user: user))).DisposeAsync();
        var first = Assert.Single(await JoinedAsync(live, 1));
        Assert.False(first.TryGetProperty("username", out _));
        for (var i = 0; i < 20; i++)
            await (await StreamClient.WebSocketAsync(_server, live, token: _server.Token(user: user))).DisposeAsync();
        await _server.As(Role.Viewer, user).CommentAsync(live, "back");
        await _server.As(Role.Viewer, new UserId(Guid.NewGuid())).CommentAsync(live, "written after all that");
        var again = (await JoinedAsync(live, 2)).Single(one => one.Text("userID") == user.ToString());
        Assert.Equal(first.Text("joinedAt"), again.Text("joinedAt"));
        Assert.Equal("user-" + user.ToString()[^8..], again.Text("username"));
    }

    [Fact]
    public async Task Having_joined_a_public_event_does_not_admit_to_it_when_it_becomes_private()
    {
        var live = await _server.GoLiveAsync();
        var administrator = _server.As(Role.Administrator);
        var user = new UserId(Guid.NewGuid());
        var guest = _server.As(Role.Viewer, user);
        await guest.CommentAsync(live, "early");
        await JoinedAsync(live, 1);
        await administrator.CallAsync("PATCH", $"/events/{live}", """{"settings":{"visibility":"private"}}""");
        await guest.RefusedAsync(Error.EventNotFound, "GET", $"/live/{live}/comments");
        await guest.RefusedAsync(Error.EventNotFound, "GET", $"/live/{live}/comments/stream");
        Assert.DoesNotContain(live, (await guest.CallAsync("GET", "/events?limit=500")).GetRawText(), StringComparison.Ordinal);

        await administrator.CallAsync("PUT", $"/events/{live}/participants/{user}", """{"role":"viewer"}""");
        await guest.CallAsync("GET", $"/live/{live}/comments");
        var admitted = Assert.Single((await administrator.CallAsync("GET", $"/events/{live}/participants")).EnumerateArray());
        Assert.Equal(("viewer", Assert.Single(await JoinedAsync(live, 1)).Text("joinedAt")), (admitted.Text("role"), admitted.Text("joinedAt")));
        using (await administrator.SendAsync("DELETE", $"/events/{live}/participants/{user}"))
            await guest.RefusedAsync(Error.EventNotFound, "GET", $"/live/{live}/comments");
        Assert.False(Assert.Single(await JoinedAsync(live, 1)).TryGetProperty("role", out _));
    }

    [Fact]
    public async Task Who_joined_is_listed_page_by_page()
    {
        var live = await _server.GoLiveAsync();
        var administrator = _server.As(Role.Administrator);
        for (var i = 0; i < 5; i++)
            await _server.As(Role.Viewer).CommentAsync(live, "here");
        await JoinedAsync(live, 5);
        var listed = new List<string>();
        for (var next = $"/events/{live}/participants?joined=true&limit=2"; next is not null;)
        {
            using var page = await administrator.SendAsync("GET", next);
            listed.AddRange((await page.JsonAsync()).EnumerateArray().Select(one => one.Text("userID")!));
            next = page.Link("next");
        }
        Assert.Equal(5, listed.Distinct().Count());
        Assert.Equal(listed.OrderDescending(StringComparer.Ordinal), listed);
        foreach (var query in new[] { "joined=yes", "joined=", "joined=true&joined=true", "joined=true&after=nobody" })
            await administrator.RefusedAsync(Error.InvalidParameter, "GET", $"/events/{live}/participants?{query}");
        await _server.As(Role.Viewer).RefusedAsync(Error.Forbidden, "GET", $"/events/{live}/participants?joined=true");
    }

    /// <summary>Those who joined, as soon as so many are recorded.</summary>
    private async Task<List<JsonElement>> JoinedAsync(string live, int count)
    {
        using var administrator = _server.As(Role.Administrator);
        List<JsonElement> joined = [];
        await Http.EventuallyAsync(async () =>
        {
            joined = [.. (await administrator.CallAsync("GET", $"/events/{live}/participants?joined=true")).EnumerateArray()];
            return joined.Count >= count;
        }, $"{count} have joined");
        Assert.Equal(count, joined.Count);
        return joined;
    }
}
