using System.Net;
using System.Text.Json;
using LiveComments.Tests.Server;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What an operator does to accounts on the command line, as seen by those who are logged in on the server beside it.</summary>
public sealed class StandingTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(null, "--LiveComments:Passwords:Iterations=10000");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_role_that_is_taken_back_or_given_acts_on_calls_at_once()
    {
        await _server.RegisterAsync("ann");
        await AdminAsync("set-role", "--username", "ann", "--role", "administrator");
        using var ann = _server.Client((await (await _server.LogInAsync("ann")).JsonAsync()).Text("token"));
        await ann.CallAsync("POST", "/events", NewEvent("first"), HttpStatusCode.Created);
        await ann.CallAsync("GET", "/users?username=ann");

        await AdminAsync("set-role", "--username", "ann", "--role", "viewer");
        await EventuallyAsync(ann, Error.Forbidden, "GET", "/users?username=ann");
        await ann.RefusedAsync(Error.Forbidden, "POST", "/events", NewEvent("second"));
        await ann.RefusedAsync(Error.Forbidden, "PATCH", "/events/first", """{"title":"Changed"}""");
        await ann.RefusedAsync(Error.Forbidden, "DELETE", "/events/first");
        await ann.RefusedAsync(Error.Forbidden, "PUT", $"/events/first/participants/{Guid.NewGuid()}", """{"role":"moderator"}""");
        Assert.Equal("viewer", (await ann.CallAsync("GET", "/me")).Text("role"));

        await AdminAsync("set-role", "--username", "ann", "--role", "administrator");
        await Http.EventuallyAsync(async () => (await ann.GetAsync("/users?username=ann")).StatusCode == HttpStatusCode.OK, "she is administrator again");
        await ann.CallAsync("POST", "/events", NewEvent("second"), HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_private_event_is_closed_to_who_moderates_no_more()
    {
        var live = await _server.GoLiveAsync("""{"visibility":"private"}""");
        await _server.RegisterAsync("ann");
        await AdminAsync("set-role", "--username", "ann", "--role", "moderator");
        var token = (await (await _server.LogInAsync("ann")).JsonAsync()).Text("token");
        using var ann = _server.Client(token);
        await ann.CommentAsync(live, "seen by moderators");
        await using var socket = await StreamClient.WebSocketAsync(_server, live, token: token);
        await socket.NextAsync("hello");

        await AdminAsync("set-role", "--username", "ann", "--role", "viewer");
        await socket.EndedAsync();
        Assert.Equal(4401, (int)socket.CloseStatus!);
        foreach (var path in (string[])[$"/live/{live}/comments", $"/events/{live}"])
            Assert.Equal(HttpStatusCode.NotFound, (await ann.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ann.SendCommentAsync(live, "one more")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ann.SendAsync("PUT", $"/live/{live}/moderation/pinned", $$"""{"commentID":"{{Guid.NewGuid()}}"}""")).StatusCode);
        using var ticket = await _server.PostAsync("/auth/stream-ticket", token: token);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Anonymous.GetAsync($"/live/{live}/comments/stream?ticket={(await ticket.JsonAsync()).Text("ticket")}")).StatusCode);
    }

    [Fact]
    public async Task Who_is_suspended_does_nothing_until_they_are_restored()
    {
        var live = await _server.GoLiveAsync();
        var first = await _server.RegisterAsync("ann");
        Assert.True(UserId.TryParse(first.Text("userID"), out var id));
        var (token, printed) = (first.Text("token"), _server.Token(user: id));
        using var ann = _server.Client(token);
        await ann.CommentAsync(live, "first");
        await using var socket = await StreamClient.WebSocketAsync(_server, live, token: token);
        await socket.NextAsync("hello");
        await using var watching = await StreamClient.EventStreamAsync(_server, live, token: token);
        await using var other = await StreamClient.WebSocketAsync(_server, live, token: printed);
        await other.NextAsync("hello");

        await AdminAsync("suspend", "--username", "ANN", "--reason", "advertises");
        foreach (var one in new[] { socket, other })
        {
            Assert.Equal("account-suspended", (await one.NextAsync("error")).Text("code"));
            await one.EndedAsync();
            Assert.Equal((4401, "account-suspended"), ((int)one.CloseStatus!, one.CloseReason));
        }
        await watching.EndedAsync();
        foreach (var bearer in new[] { token, printed })
        {
            using var client = _server.Client(bearer);
            await client.RefusedAsync(Error.AccountSuspended, "GET", "/me");
            await client.RefusedAsync(Error.AccountSuspended, "PATCH", "/me", """{"displayName":"Ann"}""");
            await ProblemAssert.IsAsync(Error.AccountSuspended, await client.SendCommentAsync(live, "second"));
            await client.RefusedAsync(Error.AccountSuspended, "POST", "/auth/stream-ticket");
        }
        await ProblemAssert.IsAsync(Error.AccountSuspended, await _server.RefreshAsync(first.Text("refreshToken")));
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery"));
        var refused = await _server.LogInAsync("ann");
        Assert.Contains("advertises", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await ProblemAssert.IsAsync(Error.AccountSuspended, refused);

        await AdminAsync("restore", "--username", "ann");
        var again = await (await _server.LogInAsync("ann")).JsonAsync();
        await Http.EventuallyAsync(async () =>
        {
            using var back = _server.Client(again.Text("token"));
            return (await back.GetAsync("/me")).StatusCode == HttpStatusCode.OK;
        }, "she is back");
        // What was ended stays over: a token that was copied before is worth nothing.
        await ann.RefusedAsync(Error.InvalidToken, "GET", "/me");
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(first.Text("refreshToken")));
    }

    [Fact]
    public async Task A_server_that_starts_knows_who_is_suspended_and_what_was_ended()
    {
        var ann = await _server.RegisterAsync("ann");
        var ben = await _server.RegisterAsync("ben");
        await AdminAsync("set-role", "--username", "ben", "--role", "moderator");
        await AdminAsync("suspend", "--username", "ann");
        await _server.RegisterAsync("carol");
        var carol = await (await _server.LogInAsync("carol")).JsonAsync();
        await _server.PostAsync("/auth/logout", token: carol.Text("token"));
        await _server.RestartAsync();
        await _server.Client(ann.Text("token")).RefusedAsync(Error.AccountSuspended, "GET", "/me");
        Assert.Equal("moderator", (await _server.Client(ben.Text("token")).CallAsync("GET", "/me")).Text("role"));
        await _server.Client(carol.Text("token")).RefusedAsync(Error.InvalidToken, "GET", "/me");
    }

    [Fact]
    public async Task A_password_that_an_operator_resets_ends_the_tokens_too()
    {
        using var ann = _server.Client((await _server.RegisterAsync("ann")).Text("token"));
        await ann.CallAsync("GET", "/me");
        await AdminAsync("reset-password", "--username", "ann");
        await EventuallyAsync(ann, Error.InvalidToken, "GET", "/me");
    }

    [Theory]
    [InlineData("suspend", "--username", "nobody")]
    [InlineData("restore", "--username", "nobody")]
    [InlineData("suspend", "--username", "ann", "--reason", "two\nlines")]
    public async Task Who_cannot_be_suspended_or_restored_is_said(params string[] arguments)
    {
        await _server.RegisterAsync("ann");
        var (exit, _, error) = await ServerProcess.RunAsync(["admin", .. arguments, "--data", _server.Data]);
        Assert.Equal(2, exit);
        Assert.StartsWith("error: ", error);
        await (await _server.LogInAsync("ann")).JsonAsync();
    }

    private async Task AdminAsync(params string[] arguments)
    {
        var (exit, _, error) = await ServerProcess.RunWithInputAsync("another horse battery", ["admin", .. arguments, "--data", _server.Data, "--LiveComments:Passwords:Iterations=10000"]);
        Assert.True(exit == 0, error);
    }

    private static Task EventuallyAsync(HttpClient client, Error error, string method, string path) => Http.EventuallyAsync(async () =>
    {
        using var answer = await client.SendAsync(method, path);
        return (int)answer.StatusCode == error.Status && JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code") == error.Code;
    }, $"{method} {path} is answered {error.Code}");

    private static string NewEvent(string videoId) => $$"""{"title":"A","eventType":"news","startTime":"2030-01-31T20:00:00Z","videoID":"{{videoId}}"}""";
}
