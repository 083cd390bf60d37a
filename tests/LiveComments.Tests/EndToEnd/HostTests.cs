using System.Net;
using LiveComments.Accounts;
using LiveComments.Tests.Browser;

namespace LiveComments.Tests.EndToEnd;

public sealed class HostTests : IAsyncLifetime
{
    private readonly UserId _id = new(Guid.NewGuid()), _guest = new(Guid.NewGuid());
    private TestServer _server = null!;
    private HttpClient _host = null!, _administrator = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        (_host, _administrator) = (_server.As(Role.Viewer, _id), _server.As(Role.Administrator));
        await _administrator.CallAsync("POST", "/events", """{"videoID":"show","title":"A show","eventType":"news","startTime":"2030-01-31T20:00:00Z"}""", HttpStatusCode.Created);
        await _server.LiveEventAsync("other");
    }

    public async Task DisposeAsync()
    {
        _host.Dispose();
        _administrator.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_host_changes_starts_and_ends_the_event_and_does_what_moderators_do_there()
    {
        await _host.RefusedAsync(Error.Forbidden, "PATCH", "/events/show", """{"title":"Mine"}""");
        await AppointAsync(_id, "host");
        Assert.Equal("Ours", (await _host.CallAsync("PATCH", "/events/show", """{"title":"Ours","analyticsConfig":{"team":"a"}}""")).Text("title"));
        Assert.Equal("a", (await _host.CallAsync("GET", "/events/show")).GetProperty("analyticsConfig").Text("team"));
        Assert.False((await _server.Anonymous.CallAsync("GET", "/events/show")).TryGetProperty("analyticsConfig", out _));
        Assert.Equal("live", (await _host.CallAsync("POST", "/events/show/start")).Text("status"));
        using var guest = _server.As(Role.Viewer, _guest);
        var comment = await guest.CallAsync("POST", "/live/show/comments", """{"commentText":"hello"}""", HttpStatusCode.Created);
        await _host.CallAsync("DELETE", $"/live/show/comments/{comment.Text("commentID")}");
        await _host.CallAsync("POST", "/live/show/comments", """{"commentText":"I run this"}""", HttpStatusCode.Created);
        Assert.Equal("administrator", (await _server.Anonymous.CallAsync("GET", "/live/show/comments"))[0].Text("role"));
        Assert.Equal("ended", (await _host.CallAsync("POST", "/events/show/end")).Text("status"));
    }

    [Fact]
    public async Task A_host_appoints_moderators_and_no_hosts()
    {
        await AppointAsync(_id, "host");
        await _host.CallAsync("PUT", $"/events/show/participants/{_guest}", """{"role":"moderator"}""");
        Assert.Equal(["host", "moderator"], (await _host.CallAsync("GET", "/events/show/participants")).EnumerateArray().Select(one => one.Text("role")));
        await _host.RefusedAsync(Error.Forbidden, "PUT", $"/events/show/participants/{_guest}", """{"role":"host"}""");
        await AppointAsync(_guest, "host");
        // Neither by appointing the other host as less, nor by taking them off the list.
        await _host.RefusedAsync(Error.Forbidden, "PUT", $"/events/show/participants/{_guest}", """{"role":"viewer"}""");
        await _host.RefusedAsync(Error.Forbidden, "DELETE", $"/events/show/participants/{_guest}");
        Assert.Equal(HttpStatusCode.NoContent, (await _administrator.DeleteAsync($"/events/show/participants/{_guest}")).StatusCode);
    }

    [Fact]
    public async Task A_host_is_one_in_that_event_alone_and_until_dismissed()
    {
        await AppointAsync(_id, "host");
        await _host.CallAsync("PATCH", "/events/show", """{"title":"Ours"}""");
        foreach (var (method, path, body) in ((string, string, string?)[])[("PATCH", "/events/other", """{"title":"Ours"}"""), ("POST", "/events/other/end", null), ("GET", "/events/other/participants", null),
            ("POST", "/events", """{"title":"New","eventType":"news","startTime":"2030-01-31T20:00:00Z"}"""), ("DELETE", "/events/show", null), ("PATCH", "/events/nothing", """{"title":"x"}"""), ("GET", "/users?username=ann", null)])
            Assert.NotNull(await _host.RefusedAsync(Error.Forbidden, method, path, body));
        // Decisions everywhere are for administrators.
        await _host.RefusedAsync(Error.Forbidden, "POST", "/live/show/moderation/decisions", $$"""{"action":"ban","userIDs":["{{_guest}}"],"everywhere":true}""");
        Assert.Equal(HttpStatusCode.NoContent, (await _administrator.DeleteAsync($"/events/show/participants/{_id}")).StatusCode);
        await _host.RefusedAsync(Error.Forbidden, "PATCH", "/events/show", """{"title":"Mine"}""");
    }

    private async Task AppointAsync(UserId user, string role) =>
        Assert.Equal(role, (await _administrator.CallAsync("PUT", $"/events/show/participants/{user}", $$"""{"role":"{{role}}"}""")).Text("role"));
}
