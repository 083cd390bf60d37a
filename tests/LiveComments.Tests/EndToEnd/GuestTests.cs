using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Client;
using LiveComments.Ingest;
using LiveComments.Tests.Server;
using LiveComments.Tests.Server.Challenges;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>People who write under a nickname, without an account.</summary>
public sealed class GuestTests : IAsyncLifetime
{
    private const string Guests = """{"guests":true}""", Home = "203.0.113.7", Elsewhere = "198.51.100.9";

    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentBurst=100", "--LiveComments:Limits:GuestsPerHour=3",
            "--LiveComments:Passwords:Iterations=10000", "--LiveComments:Challenge:Difficulty=8");
        _live = await _server.GoLiveAsync(Guests);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Somebody_writes_reacts_and_reports_under_a_nickname_and_is_marked_as_a_guest()
    {
        using var ann = Client(await GuestAsync("  Ann \u200B the First "));
        var me = await ann.CallAsync("GET", "/me");
        Assert.Equal(("Ann the First", true, false), (me.Text("displayName"), me.GetProperty("guest").GetBoolean(), me.GetProperty("hasPassword").GetBoolean()));
        Assert.Matches("^guest-[0-9a-f]{8}$", me.Text("username"));
        await using var viewer = await StreamClient.WebSocketAsync(_server, _live);
        await viewer.NextAsync("hello");
        await ann.CommentAsync(_live, "hello from a guest");
        var shown = (await viewer.NextAsync("batch")).GetProperty("entries")[0].GetProperty("comment");
        Assert.Equal(("Ann the First", true), (shown.Text("displayName"), shown.GetProperty("guest").GetBoolean()));
        using var bob = _server.As(Role.Viewer);
        var his = await bob.CommentAsync(_live, $"hello @{me.Text("username")}");
        Assert.Equal(me.Text("userID"), his.GetProperty("mentions")[0].Text("userID"));
        var comments = await _server.Anonymous.CommentsAsync(_live);
        Assert.True(comments[0].GetProperty("guest").GetBoolean());
        Assert.False(comments[1].TryGetProperty("guest", out _));
        await ann.CallAsync("POST", $"/live/{_live}/comments/{his.Text("commentID")}/reactions", """{"reactionType":"love"}""");
        using var reported = await ann.SendAsync("POST", $"/live/{_live}/comments/{his.Text("commentID")}/reports", """{"reason":"Rude"}""");
        Assert.True(reported.IsSuccessStatusCode);
        // Several nicknames would be several votes.
        var poll = await _server.As(Role.Moderator).CallAsync("POST", $"/live/{_live}/polls", """{"question":"Who wins?","options":["Red","Blue"]}""", HttpStatusCode.Created);
        await ann.RefusedAsync(Error.AccountRequired, "PUT", $"/live/{_live}/polls/{poll.Text("pollID")}/vote", """{"option":0}""");
        using var client = new LiveCommentsClient(_server.BaseAddress);
        await client.ComeAsGuestAsync(_live, "A program");
        await client.PostAsync(_live, "hello from a program");
        Assert.Equal([true, false, true], (await client.ReadPageAsync(_live)).Comments.Select(comment => comment.IsGuest));
    }

    [Fact]
    public async Task Guests_are_nobody_where_an_event_does_not_have_them()
    {
        var closed = await _server.GoLiveAsync();
        await RefusedAsync(Error.AccountRequired, closed, "Ann");
        await RefusedAsync(Error.EventNotFound, await _server.GoLiveAsync("""{"guests":true,"visibility":"private"}"""), "Ann");
        await RefusedAsync(Error.EventNotFound, "nothing", "Ann");
        using var ann = Client(await GuestAsync("Ann"));
        using var bob = _server.As(Role.Viewer);
        var his = (await bob.CommentAsync(closed, "hello")).Text("commentID");
        await ann.RefusedAsync(Error.AccountRequired, "POST", $"/live/{closed}/comments", """{"commentText":"may I"}""");
        await ann.RefusedAsync(Error.AccountRequired, "POST", $"/live/{closed}/comments/{his}/reactions", """{"reactionType":"love"}""");
        await ann.RefusedAsync(Error.AccountRequired, "POST", $"/live/{closed}/comments/{his}/reports", """{"reason":"Rude"}""");
        // A retry gets the answer of the first try, and one's own comments can be taken back, also when guests are not wanted any more.
        var own = await ann.CommentAsync(_live, "placed", "key");
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", $"/events/{_live}", """{"settings":{"guests":null}}""");
        Assert.Equal(own.Text("commentID"), (await ann.CommentAsync(_live, "placed", "key")).Text("commentID"));
        await ann.RefusedAsync(Error.AccountRequired, "POST", $"/live/{_live}/comments", """{"commentText":"another"}""");
        await ann.CallAsync("DELETE", $"/live/{_live}/comments/{own.Text("commentID")}");
        await administrator.CallAsync("POST", $"/events/{_live}/end");
        await administrator.CallAsync("PATCH", $"/events/{_live}", """{"settings":{"guests":true}}""");
        await RefusedAsync(Error.EventNotLive, _live, "Ann");
    }

    [Fact]
    public async Task A_guest_does_nothing_that_needs_an_account()
    {
        var guest = await GuestAsync("Ann");
        using var ann = Client(guest);
        var id = guest.Text("userID");
        await ann.RefusedAsync(Error.Forbidden, "POST", "/events", """{"title":"Mine","eventType":"news","startTime":"2030-01-01T00:00:00Z"}""");
        await ann.RefusedAsync(Error.AccountRequired, "PATCH", "/me", """{"displayName":"root"}""");
        await ann.RefusedAsync(Error.AccountRequired, "PATCH", "/me", """{"avatarUrl":"https://example.org/a.png"}""");
        await ann.CallAsync("PATCH", "/me", """{"preferences":{"dark":true}}""");
        await ann.RefusedAsync(Error.StateConflict, "POST", "/auth/totp", """{"password":"a long enough password"}""");
        await ann.RefusedAsync(Error.StateConflict, "POST", "/auth/password", """{"currentPassword":"a long enough password","newPassword":"an even longer password"}""");
        using var administrator = _server.As(Role.Administrator);
        foreach (var role in (string[])["moderator", "viewer"])
            await administrator.RefusedAsync(Error.AccountRequired, "PUT", $"/events/{_live}/participants/{id}", $$"""{"role":"{{role}}"}""");
        var username = (await ann.CallAsync("GET", "/me")).Text("username")!;
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync(username));
        await ProblemAssert.IsAsync(Error.NameReserved, await _server.PostAsync("/auth/register", new { username = "Guest-0123ABCD", email = "posing@example.org", password = AccountClient.Password }));
    }

    [Fact]
    public async Task Nicknames_follow_the_rules_of_names_and_are_nobodys_username()
    {
        await _server.RegisterAsync("Anna_B");
        foreach (var taken in (string[])["anna_b", " Anna_B ", "\uFF21nna_B"])
            await RefusedAsync(Error.UsernameTaken, _live, taken);
        await RefusedAsync(Error.NameReserved, _live, "Аdmin");
        await RefusedAsync(Error.NameReserved, _live, "guest-0123abcd");
        foreach (var bad in (string?[])[null, "", "\u200B", "line\nbreak", "\u202Eevil", new string('x', 101)])
            await RefusedAsync(Error.InvalidRequest, _live, bad);
        await RefusedAsync(Error.InvalidRequest, null, "Ann");
        // Guests may share one, as accounts may share a display name.
        Assert.NotEqual((await GuestAsync("Ann")).Text("userID"), (await GuestAsync("Ann")).Text("userID"));
    }

    [Fact]
    public async Task A_guest_becomes_an_account_and_keeps_id_comments_and_log_in()
    {
        var guest = await GuestAsync("Ann of Green Gables");
        using var ann = Client(guest);
        await ann.CommentAsync(_live, "as a guest");
        await _server.RegisterAsync("taken");
        await ann.RefusedAsync(Error.UsernameTaken, "POST", "/auth/guest/register", Register("taken"));
        await ann.RefusedAsync(Error.EmailTaken, "POST", "/auth/guest/register", """{"username":"ann","email":"taken@example.org","password":"correct horse battery"}""");
        await ann.RefusedAsync(Error.WeakPassword, "POST", "/auth/guest/register", """{"username":"ann","email":"ann@example.org","password":"short"}""");
        await ann.RefusedAsync(Error.NameReserved, "POST", "/auth/guest/register", Register("admin"));
        using (var kept = await ann.SendAsync("POST", "/auth/guest/register", Register("ann")))
            Assert.Equal(HttpStatusCode.NoContent, kept.StatusCode);
        var me = await ann.CallAsync("GET", "/me");
        Assert.Equal((guest.Text("userID"), "ann", "Ann of Green Gables", "ann@example.org", true), (me.Text("userID"), me.Text("username"), me.Text("displayName"), me.Text("email"), me.GetProperty("hasPassword").GetBoolean()));
        Assert.False(me.TryGetProperty("guest", out _));
        await ann.CommentAsync(_live, "as an account");
        var own = await ann.CallAsync("GET", "/me/comments");
        Assert.Equal(2, own.GetArrayLength());
        Assert.Equal([true, false], (await _server.Anonymous.CommentsAsync(_live)).Select(comment => comment.TryGetProperty("guest", out _)));
        Assert.Equal(guest.Text("userID"), (await (await _server.LogInAsync("ann")).JsonAsync()).Text("userID"));
        await (await _server.RefreshAsync(guest.Text("refreshToken"))).JsonAsync();
        await ann.RefusedAsync(Error.StateConflict, "POST", "/auth/guest/register", Register("anna"));
        // What needs an account is theirs now.
        await ann.CallAsync("PATCH", "/me", """{"displayName":"Ann"}""");
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_live}/participants/{guest.Text("userID")}", """{"role":"moderator"}""");
    }

    [Fact]
    public async Task Where_nobody_registers_guests_stay_guests()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Auth:Registration=false");
        var live = await server.GoLiveAsync(Guests);
        using var ann = server.Client((await (await server.PostAsync("/auth/guest", new { displayName = "Ann", videoID = live })).JsonAsync(HttpStatusCode.Created)).Text("token"));
        await ann.CommentAsync(live, "hello");
        await ann.RefusedAsync(Error.Forbidden, "POST", "/auth/guest/register", Register("ann"));
    }

    [Fact]
    public async Task A_guest_deletes_themselves_with_everything_they_left()
    {
        using var ann = Client(await GuestAsync("Ann"));
        await ann.CommentAsync(_live, "soon gone");
        await ann.CallAsync("GET", "/me/export");
        await ann.CallAsync("DELETE", "/me", null, HttpStatusCode.Accepted);
        await ann.RefusedAsync(Error.InvalidToken, "GET", "/me");
        await Http.EventuallyAsync(async () => (await _server.Anonymous.CommentsAsync(_live)).Count == 0, "the comment is gone");
    }

    [Fact]
    public async Task One_address_makes_so_many_guests_in_an_hour_and_mistakes_do_not_count()
    {
        await _server.RegisterAsync("anna");
        for (var i = 0; i < 10; i++)
            await RefusedAsync(Error.UsernameTaken, _live, "anna", Home);
        for (var i = 0; i < 3; i++)
            await GuestAsync("Ann", Home);
        var refused = await ComeAsync(_live, "Ann", Home);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20));
        await ProblemAssert.IsAsync(Error.RateLimited, refused);
        await GuestAsync("Ann", Elsewhere);
    }

    [Fact]
    public async Task While_an_address_must_solve_challenges_every_new_guest_solves_one()
    {
        var escalation = _server.Services.GetRequiredService<Escalation>();
        var (live, home) = (new EventId(Guid.Parse(_live)), IPAddress.Parse(Home));
        for (var i = 0; await escalation.CheckNewcomerAsync(live, home, null, default) is null; i++)
        {
            Assert.True(i < 10_000, "No challenge was asked.");
            escalation.Strike(null, home);
        }
        var refused = await ComeAsync(_live, "Ann", Home);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var challenge = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("challenge");
        var answer = ProofOfWorkTests.Solve(challenge.Text("token")!, challenge.GetProperty("difficulty").GetInt32());
        await RefusedAsync(Error.ChallengeRequired, _live, "Ann", Home, answer[..^1] + "x");
        await (await ComeAsync(_live, "Ann", Home, answer)).JsonAsync(HttpStatusCode.Created);
        await RefusedAsync(Error.ChallengeRequired, _live, "Bob", Home, answer);
        await GuestAsync("Ann", Elsewhere);
        for (var i = 0; (await escalation.CheckNewcomerAsync(live, home, null, default))?.Error != Error.TemporarilyBlocked; i++)
        {
            Assert.True(i < 10_000, "Nobody was blocked.");
            escalation.Strike(null, home);
        }
        await RefusedAsync(Error.TemporarilyBlocked, _live, "Ann", Home);
    }

    [Fact]
    public async Task Bans_and_blocks_look_at_guests_too()
    {
        var rude = await GuestAsync("Rude", Home);
        using (var client = Client(rude, Home))
            await client.CommentAsync(_live, "something rude");
        using var moderator = _server.As(Role.Moderator, moderatorOf: new EventId(Guid.Parse(_live)));
        await moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", $$"""{"action":"ban","userIDs":["{{rude.Text("userID")}}"]}""");
        using (var client = Client(rude, Home))
            await client.RefusedAsync(Error.Banned, "POST", $"/live/{_live}/comments", """{"commentText":"again"}""");
        // Whoever comes back under another nickname waits for a moderator.
        using (var client = Client(await GuestAsync("Polite", Home), Home))
            await Http.EventuallyAsync(async () => (await client.SendCommentAsync(_live, "it is not me")).StatusCode == HttpStatusCode.Accepted, "what they write is held");
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("POST", "/admin/network-blocks", $$"""{"network":"{{Elsewhere}}/32","reason":"Spam"}""", HttpStatusCode.Created);
        await Http.EventuallyAsync(async () => (await ComeAsync(_live, "Ann", Elsewhere)).StatusCode == HttpStatusCode.Forbidden, "the network is blocked");
    }

    private static string Register(string username) => $$"""{"username":"{{username}}","email":"{{username}}@example.org","password":"correct horse battery"}""";

    private HttpClient Client(JsonElement signedIn, string? address = null)
    {
        var client = _server.Client(signedIn.Text("token"));
        if (address is not null)
            client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    private async Task<JsonElement> GuestAsync(string name, string? address = null) => await (await ComeAsync(_live, name, address)).JsonAsync(HttpStatusCode.Created);

    private async Task RefusedAsync(Error error, string? live, string? name, string? address = null, string? answer = null) => await ProblemAssert.IsAsync(error, await ComeAsync(live, name, address, answer));

    private Task<HttpResponseMessage> ComeAsync(string? live, string? name, string? address = null, string? answer = null) => _server.PostAsync("/auth/guest", new { displayName = name, videoID = live }, null,
        [.. address is null ? Array.Empty<(string, string)>() : [("X-Forwarded-For", address)], .. answer is null ? Array.Empty<(string, string)>() : [("X-Challenge-Answer", answer)]]);
}
