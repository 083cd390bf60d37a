using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Moderation;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>People who come back after a ban: their comments wait, they are shown as suspected, and nobody is banned for it.</summary>
public sealed class BanEvasionTests : IAsyncLifetime
{
    private const string Home = "203.0.113.7", Elsewhere = "198.51.100.9";

    private readonly UserId _ann = new(Guid.NewGuid()), _old = new(Guid.NewGuid());
    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        _live = await _server.GoLiveAsync();
        await Ann.CommentAsync(_live, "something rude");
        await Old.CommentAsync(_live, "I was here before");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_new_account_of_the_same_network_is_held_and_stays_suspected_wherever_it_goes()
    {
        await BanAsync(_ann);
        var zed = await SuspectedAsync(Home);
        // Whoever was there before, or is elsewhere, or writes in another event, is not.
        await Old.CommentAsync(_live, "still here");
        using (var stranger = _server.From(Elsewhere, new UserId(Guid.NewGuid())))
            await stranger.CommentAsync(_live, "hello from far away");
        using (var inOther = _server.From(Home, zed))
            await inOther.CommentAsync(await _server.GoLiveAsync(), "no ban here");
        var waits = (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue")).EnumerateArray().First(one => one.GetProperty("comment").Text("userID") == zed.ToString());
        Assert.Equal("evasion", waits.GetProperty("reasons").EnumerateArray().Single().Text("code"));
        Assert.Equal(_ann.ToString(), Assert.Single((await SuspectedOfAsync(zed))!));
        Assert.Null(await SuspectedOfAsync(_old));
        await _server.RestartAsync();
        using (var moved = _server.From(Elsewhere, zed))
            Assert.Equal(HttpStatusCode.Accepted, (await moved.SendCommentAsync(_live, "from somewhere else")).StatusCode);
        // A moderator knows better.
        await DecideAsync("trust", zed);
        using (var trusted = _server.From(Home, zed))
            await trusted.CommentAsync(_live, "I am somebody else");
        await DecideAsync("untrust", zed);
        await DecideAsync("lift", _ann);
        using (var free = _server.From(Home, zed))
            await free.CommentAsync(_live, "nobody is banned any more");
        Assert.Null(await SuspectedOfAsync(zed));
    }

    [Fact]
    public async Task Another_account_on_the_same_device_is_held_from_whatever_network()
    {
        var first = await _server.PostAsync("/auth/register", new { username = "ann_of_device", email = "ann@example.org", password = AccountClient.Password }, null, ("X-Forwarded-For", Home));
        var cookie = first.Cookie("livecomments-device");
        var banned = UserOf(await first.JsonAsync(HttpStatusCode.Created));
        using (var client = _server.From(Home, banned))
            await client.CommentAsync(_live, "rude too");
        await BanAsync(banned);
        var second = await (await _server.PostAsync("/auth/register", new { username = "zed_of_device", email = "zed@example.org", password = AccountClient.Password }, null, ("X-Forwarded-For", Elsewhere), ("Cookie", cookie))).JsonAsync(HttpStatusCode.Created);
        using var zed = _server.From(Elsewhere, UserOf(second));
        await Http.EventuallyAsync(async () => (await zed.SendCommentAsync(_live, "hello")).StatusCode == HttpStatusCode.Accepted, "what they write is held");
        Assert.Equal(banned.ToString(), Assert.Single((await SuspectedOfAsync(UserOf(second)))!));
        // Without the cookie it is anybody.
        var third = await (await _server.PostAsync("/auth/register", new { username = "somebody_else", email = "else@example.org", password = AccountClient.Password }, null, ("X-Forwarded-For", Elsewhere))).JsonAsync(HttpStatusCode.Created);
        using var other = _server.From(Elsewhere, UserOf(third));
        await other.CommentAsync(_live, "hello");
    }

    [Fact]
    public async Task Who_was_on_the_same_device_before_the_ban_is_held_from_the_next_renewal_of_their_log_in()
    {
        async Task<(HttpResponseMessage Answer, JsonElement Body)> RegisterAsync(string name, string? cookie)
        {
            var answer = await _server.PostAsync("/auth/register", new { username = name, email = $"{name}@example.org", password = AccountClient.Password }, null,
                [("X-Forwarded-For", Elsewhere), .. cookie is null ? Array.Empty<(string, string)>() : [("Cookie", cookie)]]);
            return (answer, await answer.JsonAsync(HttpStatusCode.Created));
        }
        var (first, ann) = await RegisterAsync("ann_of_family", null);
        var (second, zed) = await RegisterAsync("zed_of_family", first.Cookie("livecomments-device"));
        using (var client = _server.From(Home, UserOf(ann)))
            await client.CommentAsync(_live, "rude too");
        await BanAsync(UserOf(ann));
        using var writer = _server.From(Elsewhere, UserOf(zed));
        await writer.CommentAsync(_live, "I have done nothing");
        await (await _server.PostAsync("/auth/refresh", new { refreshToken = zed.Text("refreshToken") }, null, ("Cookie", second.Cookie("livecomments-device")))).JsonAsync();
        await Http.EventuallyAsync(async () => (await writer.SendCommentAsync(_live, "hello")).StatusCode == HttpStatusCode.Accepted, "what they write is held");
    }

    [Fact]
    public async Task A_browser_that_renews_a_log_in_by_cookie_is_known_from_then_on()
    {
        var registered = await _server.PostAsync("/auth/register", new { username = "ann_of_cookie", email = "cookie@example.org", password = AccountClient.Password }, null, ("X-Requested-With", "LiveComments"));
        var refresh = registered.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).Single(cookie => !cookie.StartsWith("livecomments-device=", StringComparison.Ordinal));
        // As after a log-in with a provider, which leaves nothing but the refresh token.
        var renewed = await _server.PostAsync("/auth/refresh", new { }, null, ("X-Requested-With", "LiveComments"), ("Cookie", refresh));
        await renewed.JsonAsync();
        Assert.NotEmpty(renewed.Cookie("livecomments-device"));
    }

    [Fact]
    public async Task A_ban_with_the_network_keeps_out_everybody_who_writes_from_there_until_it_is_lifted()
    {
        var decided = await BanAsync(_ann, network: true);
        await Http.EventuallyAsync(async () => (await Old.SendCommentAsync(_live, "me too?")).StatusCode == HttpStatusCode.Forbidden, "the network is banned");
        await Old.RefusedAsync(Error.NetworkBlocked, "POST", $"/live/{_live}/comments", """{"commentText":"me too?"}""");
        using (var elsewhere = _server.From(Elsewhere, _old))
            await elsewhere.CommentAsync(_live, "from my phone");
        using (var moderator = _server.From(Home, new UserId(Guid.NewGuid()), Role.Moderator))
            await moderator.CommentAsync(_live, "moderators write from anywhere");
        await Ann.RefusedAsync(Error.Banned, "POST", $"/live/{_live}/comments", """{"commentText":"x"}""");
        var line = (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray().Last();
        Assert.Equal(("ban", true), (line.Text("action"), line.GetProperty("network").GetBoolean()));
        var restriction = (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/users/{_ann}")).GetProperty("restrictions")[0];
        Assert.Equal(("ban", true), (restriction.Text("kind"), restriction.GetProperty("network").GetBoolean()));
        await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{decided.Text("decisionID")}}"}""");
        await Old.CommentAsync(_live, "back");
        await Ann.CommentAsync(_live, "sorry");
    }

    [Fact]
    public async Task Who_was_banned_before_they_were_seen_is_recognised_from_where_they_try_again()
    {
        // As after a restart: nobody knows where she wrote from.
        await _server.RestartAsync();
        await BanAsync(_ann);
        await Ann.RefusedAsync(Error.Banned, "POST", $"/live/{_live}/comments", """{"commentText":"x"}""");
        await SuspectedAsync(Home);
    }

    [Fact]
    public async Task Addresses_are_stored_of_nobody_and_hashes_of_networks_only_of_the_banned_and_only_for_a_week()
    {
        var store = _server.Services.GetRequiredService<IAbuseStore>();
        Assert.Empty(await store.TracesAsync(DateTimeOffset.UnixEpoch, default));
        await BanAsync(_ann);
        await Http.EventuallyAsync(async () => (await store.TracesAsync(DateTimeOffset.UnixEpoch, default)).Count > 0, "her network is known");
        var trace = Assert.Single(await store.TracesAsync(DateTimeOffset.UnixEpoch, default));
        Assert.Equal((_ann, BanTraceKind.Network), (trace.Banned, trace.Kind));
        Assert.Equal(BanTrace.Kept, trace.Until - trace.At);
        await _server.StopAsync();
        foreach (var file in Directory.EnumerateFiles(_server.Data, "*.db*"))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("203.0.113"u8));
        await _server.StartAgainAsync();
    }

    [Fact]
    public async Task A_network_is_only_for_a_ban() =>
        await Moderator.RefusedAsync(Error.InvalidRequest, "POST", $"/live/{_live}/moderation/decisions", $$"""{"action":"timeout","userIDs":["{{_ann}}"],"seconds":60,"network":true}""");

    private HttpClient Ann => _server.From(Home, _ann);

    private HttpClient Old => _server.From(Home, _old);

    private HttpClient Moderator => _server.As(Role.Moderator);

    private static UserId UserOf(JsonElement signedIn) => UserId.TryParse(signedIn.Text("userID"), out var user) ? user : throw new InvalidOperationException();

    private async Task<JsonElement> BanAsync(UserId user, bool network = false) => await DecideAsync("ban", user, network);

    private async Task<JsonElement> DecideAsync(string action, UserId user, bool network = false)
    {
        var decided = (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action, userIDs = (string[])[user.ToString()], network }))).GetProperty("decisions")[0];
        Assert.Equal("done", decided.Text("status"));
        return decided;
    }

    /// <summary>People who come for the first time from an address, until one is held: the trace of the ban is stored a moment after it.</summary>
    private async Task<UserId> SuspectedAsync(string address)
    {
        var user = default(UserId);
        await Http.EventuallyAsync(async () =>
        {
            using var client = _server.From(address, user = new UserId(Guid.NewGuid()));
            return (await client.SendCommentAsync(_live, "hello, I am new")).StatusCode == HttpStatusCode.Accepted;
        }, "a newcomer of the network is held");
        await Http.EventuallyAsync(async () => await SuspectedOfAsync(user) is not null, "they are shown as suspected");
        return user;
    }

    private async Task<string[]?> SuspectedOfAsync(UserId user) =>
        (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/users/{user}")).TryGetProperty("suspectedOf", out var of) ? [.. of.EnumerateArray().Select(one => one.Text("userID")!)] : null;
}
