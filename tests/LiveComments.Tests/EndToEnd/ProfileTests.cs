using System.Net;
using LiveComments.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

public sealed class ProfileTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(null, "--LiveComments:Passwords:Iterations=10000");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Somebody_known_only_from_a_token_has_a_profile()
    {
        using var client = _server.As(Role.Moderator, new UserId(Guid.Parse("0198c0de-0000-7000-8000-00000000abcd")));
        var me = await client.CallAsync("GET", "/me");
        Assert.Equal(("user-0000abcd", "user-0000abcd", "moderator"), (me.Text("username"), me.Text("displayName"), me.Text("role")));
        Assert.False(me.TryGetProperty("email", out _));
    }

    [Fact]
    public async Task What_is_sent_changes_and_what_is_left_out_stays()
    {
        using var client = _server.Client((await _server.RegisterAsync("ann")).Text("token"));
        await client.CallAsync("PATCH", "/me", """{"displayName":"Ann Ünal 🎬","avatarUrl":"https://example.org/a.png","preferences":{"theme":{"name":"dark"}}}""");
        await client.CallAsync("PATCH", "/me", """{"displayName":"Ann"}""");
        var me = await client.CallAsync("GET", "/me");
        Assert.Equal(("Ann", "https://example.org/a.png", "dark"),
            (me.Text("displayName"), me.Text("avatarUrl"), me.GetProperty("preferences").GetProperty("theme").Text("name")));
        me = await client.CallAsync("PATCH", "/me", """{"avatarUrl":null}""");
        Assert.False(me.TryGetProperty("avatarUrl", out _));
        Assert.Equal("Ann", me.Text("displayName"));
    }

    [Fact]
    public async Task A_new_display_name_is_the_one_that_is_written_with_at_once()
    {
        var user = new UserId(Guid.NewGuid());
        var caller = new Caller(user, null, Role.Viewer, null, null, DateTimeOffset.MaxValue);
        var profiles = _server.Services.GetRequiredService<Profiles>();
        await profiles.EnsureAsync(caller, default);
        using var client = _server.As(Role.Viewer, user);
        await client.CallAsync("PATCH", "/me", """{"displayName":"New"}""");
        Assert.Equal("New", (await profiles.EnsureAsync(caller, default)).DisplayName);
    }

    [Fact]
    public async Task A_display_name_is_kept_without_what_nobody_sees()
    {
        using var client = _server.As(Role.Viewer);
        Assert.Equal("Ann Smith", (await client.CallAsync("PATCH", "/me", """{"displayName":" A\u200Bnn\u00A0\u2800Sm\u3164ith\uFEFF"}""")).Text("displayName"));
        Assert.Equal("Ann Smith", (await client.CallAsync("GET", "/me")).Text("displayName"));
    }

    [Fact]
    public async Task A_reserved_name_is_for_those_who_have_the_role_and_for_who_has_it_already()
    {
        var user = new UserId(Guid.NewGuid());
        using var viewer = _server.As(Role.Viewer, user);
        await viewer.RefusedAsync(Error.NameReserved, "PATCH", "/me", """{"displayName":"Moderator 1"}""");
        using var moderator = _server.As(Role.Moderator);
        Assert.Equal("Moderator 1", (await moderator.CallAsync("PATCH", "/me", """{"displayName":"Moderator 1"}""")).Text("displayName"));
        await viewer.CallAsync("GET", "/me");
        var accounts = _server.Services.GetRequiredService<IAccountStore>();
        Assert.True(await accounts.ReplaceAsync((await accounts.FindAsync(user, default))! with { DisplayName = "Support" }, default));
        var me = await viewer.CallAsync("PATCH", "/me", """{"displayName":"Support","avatarUrl":"https://example.org/a.png"}""");
        Assert.Equal(("Support", "https://example.org/a.png"), (me.Text("displayName"), me.Text("avatarUrl")));
    }

    [Fact]
    public async Task Changes_at_once_do_not_undo_each_other()
    {
        using var client = _server.As(Role.Viewer);
        await client.CallAsync("GET", "/me");
        var answers = await Task.WhenAll(
            client.SendAsync("PATCH", "/me", """{"displayName":"Ann"}"""),
            client.SendAsync("PATCH", "/me", """{"avatarUrl":"https://example.org/a.png"}"""),
            client.SendAsync("PATCH", "/me", """{"preferences":{"a":1}}"""));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var me = await client.CallAsync("GET", "/me");
        Assert.Equal(("Ann", "https://example.org/a.png", 1), (me.Text("displayName"), me.Text("avatarUrl"), me.GetProperty("preferences").GetProperty("a").GetInt32()));
    }

    [Theory]
    [InlineData("""{"displayName":""}""")]
    [InlineData("""{"displayName":null}""")]
    [InlineData("""{"displayName":7}""")]
    [InlineData("""{"displayName":"line\nbreak"}""")]
    [InlineData("""{"displayName":"\u202Eevil"}""")]
    [InlineData("""{"displayName":"\u2800\u3164"}""")]
    [InlineData("""{"displayName":"12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"}""")]
    [InlineData("""{"avatarUrl":"http://example.org/a.png"}""")]
    [InlineData("""{"avatarUrl":"javascript:alert(1)"}""")]
    [InlineData("""{"avatarUrl":"https://user@example.org/a.png"}""")]
    [InlineData("""{"avatarUrl":"/a.png"}""")]
    [InlineData("""{"avatarUrl":"https://example.org/a b"}""")]
    [InlineData("""{"avatarUrl":{}}""")]
    [InlineData("""{"preferences":null}""")]
    [InlineData("""{"preferences":[]}""")]
    public async Task Bad_profiles_are_refused(string body)
    {
        using var client = _server.As(Role.Viewer);
        await client.RefusedAsync(Error.InvalidRequest, "PATCH", "/me", body);
    }

    [Theory]
    [InlineData("""{"displayName":"\ud800"}""")]
    [InlineData("""{"avatarUrl":"https://example.org/\udc00\ud800"}""")]
    [InlineData("""{"preferences":{"a":"\ud800"}}""")]
    [InlineData("""{"preferences":{"\ud800":1}}""")]
    public async Task Half_of_a_surrogate_pair_is_no_text(string body)
    {
        using var client = _server.As(Role.Viewer);
        await client.RefusedAsync(Error.InvalidJson, "PATCH", "/me", body);
    }

    [Fact]
    public async Task Preferences_are_bounded_in_size_and_depth()
    {
        using var client = _server.As(Role.Viewer);
        await client.RefusedAsync(Error.InvalidRequest, "PATCH", "/me", $$$"""{"preferences":{"a":"{{{new string('x', 5_000)}}}"}}""");
        await client.RefusedAsync(Error.InvalidJson, "PATCH", "/me", """{"preferences":{"a":[[[[[[[[[[]]]]]]]]]]}}""");
    }
}
