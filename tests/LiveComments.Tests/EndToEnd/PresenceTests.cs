using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Who is here, as clients see it.</summary>
public sealed class PresenceTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _live = await _server.GoLiveAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Somebody_is_online_then_away_with_a_hidden_page_and_still_away_after_the_last_tab_is_closed()
    {
        var ada = await _server.RegisterAsync("ada");
        using var ben = _server.Client((await _server.RegisterAsync("ben")).Text("token"));
        Assert.Equal("offline", await StateAsync(ben, ada.Text("userID")!));
        await using (var stream = await StreamClient.WebSocketAsync(_server, _live, token: ada.Text("token")))
        await using (await StreamClient.EventStreamAsync(_server, _live))
        {
            await Http.EventuallyAsync(async () => await StateAsync(ben, ada.Text("userID")!) == "online", "she is online");
            var here = await ben.PrepareAsync("GET", $"/live/{_live}/presence");
            Assert.Equal((2, 0), (here.GetProperty("online").GetInt32(), here.GetProperty("away").GetInt32()));
            Assert.Equal(("ada", "online"), (here.GetProperty("people")[0].Text("username"), here.GetProperty("people")[0].Text("state")));
            await stream.SendAsync(new { type = "presence", state = "away" });
            await Http.EventuallyAsync(async () => await StateAsync(ben, ada.Text("userID")!) == "away", "she is away");
            await stream.SendAsync(new { type = "presence", state = "online" });
            await Http.EventuallyAsync(async () => await StateAsync(ben, ada.Text("userID")!) == "online", "she is back");
        }
        await Http.EventuallyAsync(async () => await StateAsync(ben, ada.Text("userID")!) == "away", "she has left");
        Assert.Equal(0, (await ben.PrepareAsync("GET", $"/live/{_live}/presence")).GetProperty("online").GetInt32());
    }

    [Fact]
    public async Task Strangers_see_counts_and_nothing_of_an_event_that_they_may_not_read()
    {
        using var administrator = _server.As(Role.Administrator);
        Assert.False((await _server.Anonymous.PrepareAsync("GET", $"/live/{_live}/presence")).TryGetProperty("people", out _));
        Assert.True((await administrator.PrepareAsync("GET", $"/live/{_live}/presence")).TryGetProperty("people", out _));
        await administrator.CallAsync("PATCH", $"/events/{_live}", """{"settings":{"visibility":"private"}}""");
        await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", $"/live/{_live}/presence");
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", $"/users/{Guid.NewGuid()}/presence");
        await administrator.RefusedAsync(Error.UserNotFound, "GET", "/users/nobody/presence");
        Assert.Equal("offline", await StateAsync(administrator, $"{Guid.NewGuid()}"));
    }

    [Fact]
    public async Task A_state_that_does_not_exist_is_refused()
    {
        await using var stream = await StreamClient.WebSocketAsync(_server, _live);
        foreach (var message in (string[])["""{"type":"presence","state":"asleep"}""", """{"type":"presence"}""", """{"type":"presence","state":null}"""])
        {
            await stream.SendTextAsync(message);
            Assert.Equal("invalid-request", (await stream.NextAsync("error")).Text("code"));
        }
        await stream.SendTextAsync("""{"type":"presence","state":1}""");
        Assert.Equal("invalid-json", (await stream.NextAsync("error")).Text("code"));
    }

    private static async Task<string?> StateAsync(HttpClient client, string user) => (await client.PrepareAsync("GET", $"/users/{user}/presence")).Text("state");
}
