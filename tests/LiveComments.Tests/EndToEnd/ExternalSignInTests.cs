using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Tests.EndToEnd;

public sealed class ExternalSignInTests : IAsyncLifetime
{
    private OpenIdProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await OpenIdProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Theory]
    [InlineData("client_secret_basic", OpenIdProvider.Secret)]
    [InlineData("client_secret_post", OpenIdProvider.Secret)]
    [InlineData("none", null)]
    public async Task Somebody_signs_in_and_is_the_same_person_the_next_time(string method, string? secret)
    {
        (_provider.AuthMethod, _provider.ClientSecret) = (method, secret);
        await using var server = await StartAsync();
        using var first = new SignInBrowser(server);
        Assert.Equal("/live/show?embed=no", await first.SignInAsync(_provider, "/live/show?embed=no"));
        var me = await first.MeAsync();
        Assert.Equal(ExternalSubject.ToUserId(_provider.Authority, "auth0|ada").ToString(), me.Text("userID"));
        Assert.Equal(("ada", "viewer", false), (me.Text("username"), me.Text("role"), me.GetProperty("hasPassword").GetBoolean()));
        using var second = new SignInBrowser(server);
        Assert.Equal("/", await second.SignInAsync(_provider));
        Assert.Equal(me.Text("userID"), (await second.MeAsync()).Text("userID"));
        Assert.Empty(_provider.Refused);
    }

    [Fact]
    public async Task The_refresh_token_comes_in_the_cookie_of_every_log_in_and_the_attempt_is_forgotten()
    {
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        using var begun = await browser.BeginAsync();
        var kept = begun.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; path=/auth/external; samesite=lax; httponly", kept, StringComparison.Ordinal);
        Assert.Contains("max-age=600", kept, StringComparison.Ordinal);
        using var ended = await browser.ReturnAsync(await _provider.DecideAsync((await begun.JsonAsync()).Text("location")!));
        var cookies = ended.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.Contains("; path=/auth; samesite=strict; httponly", cookies.Single(cookie => cookie.StartsWith(RefreshCookie.Name, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("expires=Thu, 01 Jan 1970", cookies.Single(cookie => cookie.StartsWith(SignInCookie.Name + "=;", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("no-store", ended.Headers.CacheControl?.ToString());
        Assert.Equal("no-referrer", ended.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Who_has_no_password_here_is_told_so_and_can_log_out()
    {
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        await browser.SignInAsync(_provider);
        var token = await browser.TokenAsync();
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Post, "/auth/password", new { currentPassword = "", newPassword = AccountClient.Password }),
            (HttpMethod.Post, "/auth/totp", new { password = "" }), (HttpMethod.Post, "/auth/totp/confirm", new { code = "000000" }), (HttpMethod.Delete, "/auth/totp", new { password = "" }),
        })
            await ProblemAssert.IsAsync(Error.StateConflict, await server.CallAsync(method, path, body, token));
        using var loggedOut = await server.PostAsync("/auth/logout", token: token);
        Assert.Equal(HttpStatusCode.NoContent, loggedOut.StatusCode);
        await ProblemAssert.IsAsync(Error.InvalidToken, await browser.RefreshAsync());
    }

    [Fact]
    public async Task Whoever_says_no_is_back_where_they_were_and_nobody()
    {
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        Assert.Equal("/live/show#sign-in=denied", await browser.SignInAsync(_provider, "/live/show", allow: false));
        await NobodyAsync(browser);
        var metrics = await server.Anonymous.GetStringAsync("/metrics");
        Assert.Contains("livecomments_external_sign_ins_total{outcome=\"denied\",provider=\"example\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_this_browser_did_not_ask_for_signs_nobody_in()
    {
        await using var server = await StartAsync();
        using var attacker = new SignInBrowser(server);
        using var victim = new SignInBrowser(server);
        // The attacker's own sign-in, ended in the victim's browser: with no attempt of theirs, and with one.
        var theirs = await _provider.DecideAsync(await attacker.AddressAsync());
        Assert.Equal("/#sign-in=expired", await victim.EndAsync(theirs));
        await victim.AddressAsync("/live/show");
        Assert.Equal("/live/show#sign-in=expired", await victim.EndAsync(theirs));
        // An answer without a state, or with half of it.
        foreach (var state in new[] { "", "x", null })
        {
            var own = await _provider.DecideAsync(await victim.AddressAsync());
            Assert.Equal("/#sign-in=expired", await victim.EndAsync(With(own, "state", state)));
        }
        await NobodyAsync(victim);
        // A state of one's own makes somebody else's code no better: it was asked for with another verifier.
        var mine = QueryHelpers.ParseQuery(new Uri(await victim.AddressAsync()).Query)["state"].ToString();
        Assert.Equal("/#sign-in=failed", await victim.EndAsync(With(theirs, "state", mine)));
        Assert.Equal(["invalid_grant: code_verifier"], _provider.Refused);
        await NobodyAsync(victim);
    }

    [Fact]
    public async Task An_attempt_ends_once_and_before_ten_minutes_are_over()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var server = await StartAsync(time);
        using var browser = new SignInBrowser(server);
        var answer = await _provider.DecideAsync(await browser.AddressAsync());
        var stolen = browser.Cookie(SignInCookie.Name);
        Assert.Equal("/", await browser.EndAsync(answer));
        Assert.Equal("/#sign-in=expired", await browser.EndAsync(answer));
        // Somebody who copied the cookie as well comes to the provider, which takes a code once.
        using var thief = new SignInBrowser(server);
        thief.SetCookie(SignInCookie.Name, stolen);
        Assert.Equal("/#sign-in=failed", await thief.EndAsync(answer));
        Assert.Equal(["invalid_grant: code"], _provider.Refused);
        await NobodyAsync(thief);

        answer = await _provider.DecideAsync(await browser.AddressAsync());
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("/#sign-in=expired", await browser.EndAsync(answer));
    }

    [Fact]
    public async Task An_attempt_with_one_provider_is_not_ended_by_another()
    {
        await using var other = await OpenIdProvider.StartAsync();
        await using var server = await StartAsync(other.Settings(1, "other"));
        using var browser = new SignInBrowser(server);
        var answer = await _provider.DecideAsync(await browser.AddressAsync());
        Assert.Equal("/#sign-in=expired", await browser.EndAsync(new Uri(answer.ToString().Replace("/example/", "/other/", StringComparison.Ordinal))));
        // The right address, but who answers says that it is somebody else.
        answer = await _provider.DecideAsync(await browser.AddressAsync());
        Assert.Equal("/#sign-in=failed", await browser.EndAsync(With(answer, "iss", other.Authority)));
        await NobodyAsync(browser);
    }

    [Fact]
    public async Task A_cookie_that_was_made_up_is_none()
    {
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        var answer = await _provider.DecideAsync(await browser.AddressAsync());
        foreach (var cookie in new[] { "x", "AAAA", "!", new string('A', 3_000) })
        {
            browser.SetCookie(SignInCookie.Name, cookie);
            Assert.Equal("/#sign-in=expired", await browser.EndAsync(answer));
        }
    }

    [Theory]
    [InlineData("another sign-in's", "nonce", "another")]
    [InlineData("no sign-in's", "nonce", null)]
    [InlineData("another program's", "aud", "another")]
    [InlineData("nobody's", "aud", null)]
    [InlineData("several programs'", "aud", new[] { OpenIdProvider.ClientId, "another" })]
    [InlineData("asked for by another program", "azp", "another")]
    [InlineData("another issuer's", "iss", "https://id.example.org")]
    [InlineData("this server's", "iss", TokenIssuer.Name)]
    [InlineData("no issuer's", "iss", null)]
    [InlineData("expired", "exp", -120)]
    [InlineData("without end", "exp", null)]
    [InlineData("of the future", "iat", 120)]
    [InlineData("of no time", "iat", null)]
    [InlineData("not valid yet", "nbf", 120)]
    [InlineData("about nobody", "sub", null)]
    [InlineData("about too much", "sub", "300 characters")]
    public async Task A_token_that_is_not_exactly_right_signs_nobody_in(string what, string claim, object? value)
    {
        _provider.Distort = claims =>
        {
            if (value is null)
                claims.Remove(claim);
            else
                claims[claim] = value switch { int seconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds, "300 characters" => new string('x', 300), _ => value };
        };
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        Assert.True(await browser.SignInAsync(_provider) == "/#sign-in=failed", $"A token that is {what} is taken.");
        await NobodyAsync(browser);
        // The same sign-in without the fault is right, so it was the fault.
        _provider.Distort = null;
        Assert.Equal("/", await browser.SignInAsync(_provider));
    }

    [Theory]
    [InlineData("by nobody")]
    [InlineData("with the public key as a shared secret")]
    [InlineData("with the client's secret")]
    [InlineData("by another key of the same name")]
    [InlineData("by a key that the provider does not have")]
    [InlineData("and changed afterwards")]
    [InlineData("not at all")]
    [InlineData("in five parts")]
    public async Task A_token_that_the_provider_did_not_sign_signs_nobody_in(string how)
    {
        using var rsa = RSA.Create(2048);
        SigningCredentials Shared(byte[] secret) => new(new SymmetricSecurityKey(secret) { KeyId = "one" }, SecurityAlgorithms.HmacSha256);
        string Own(string payload) => OpenIdProvider.Signed(payload, new SigningCredentials(_provider.Key, SecurityAlgorithms.RsaSha256));
        _provider.Sign = how switch
        {
            "by nobody" => payload => $"{Base64UrlEncoder.Encode("""{"alg":"none","kid":"one"}""")}.{Base64UrlEncoder.Encode(payload)}.",
            "with the public key as a shared secret" => payload => OpenIdProvider.Signed(payload, Shared(_provider.Key.Rsa.ExportSubjectPublicKeyInfo())),
            "with the client's secret" => payload => OpenIdProvider.Signed(payload, Shared(SHA256.HashData(Encoding.UTF8.GetBytes(OpenIdProvider.Secret)))),
            "by another key of the same name" => payload => OpenIdProvider.Signed(payload, new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)),
            "by a key that the provider does not have" => payload => OpenIdProvider.Signed(payload, new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "two" }, SecurityAlgorithms.RsaSha256)),
            "and changed afterwards" => payload => string.Join('.', Own(payload).Split('.') is var parts ? [parts[0], Base64UrlEncoder.Encode(payload.Replace("auth0|ada", "auth0|eve", StringComparison.Ordinal)), parts[2]] : []),
            "not at all" => payload => payload,
            _ => payload => $"{Own(payload)}.x.x",
        };
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        Assert.Equal("/#sign-in=failed", await browser.SignInAsync(_provider));
        await NobodyAsync(browser);
        _provider.Sign = null;
        Assert.Equal("/", await browser.SignInAsync(_provider));
    }

    [Fact]
    public async Task A_token_for_several_programs_is_good_when_it_says_that_it_was_for_this_one()
    {
        _provider.Distort = claims => (claims["aud"], claims["azp"]) = (new[] { "another", OpenIdProvider.ClientId }, OpenIdProvider.ClientId);
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        Assert.Equal("/", await browser.SignInAsync(_provider));
    }

    [Fact]
    public async Task The_providers_new_key_is_found()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var server = await StartAsync(time);
        using var browser = new SignInBrowser(server);
        Assert.Equal("/", await browser.SignInAsync(_provider));
        _provider.Key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = "two" };
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("/", await browser.SignInAsync(_provider));
    }

    [Theory]
    [InlineData("")]
    [InlineData("live/show")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/live\\..\\..\\evil")]
    [InlineData("/\t/evil.example")]
    [InlineData("\n//evil.example")]
    [InlineData(" //evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/live/show\r\nSet-Cookie: a=b")]
    [InlineData("/live/show#sign-in=failed")]
    [InlineData("/liveé")]
    [InlineData(null)]
    public async Task Nobody_returns_to_another_site(string? path)
    {
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        await ProblemAssert.IsAsync(Error.InvalidRequest, await browser.BeginAsync(path));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await browser.BeginAsync("/" + new string('x', 512)));
    }

    [Fact]
    public async Task Only_this_sites_own_pages_begin_a_sign_in()
    {
        await using var server = await StartAsync();
        foreach (var header in new[] { ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site") })
            await ProblemAssert.IsAsync(Error.OriginRefused, await server.PostAsync("/auth/external/example", new { @return = "/" }, null, header));
        await ProblemAssert.IsAsync(Error.MethodNotAllowed, await server.Anonymous.GetAsync("/auth/external/example"));
        await ProblemAssert.IsAsync(Error.NotFound, await server.PostAsync("/auth/external/unknown", new { @return = "/" }));
        await ProblemAssert.IsAsync(Error.NotFound, await server.Anonymous.GetAsync("/auth/external/unknown/callback"));
    }

    [Fact]
    public async Task Sign_ins_are_limited_by_address_like_log_ins()
    {
        await using var server = await StartAsync("--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:SignInsPerMinute=1");
        using var browser = new SignInBrowser(server);
        Assert.Equal("/#sign-in=limited", await browser.SignInAsync(_provider));
        await ProblemAssert.IsAsync(Error.RateLimited, await browser.BeginAsync());
    }

    [Fact]
    public async Task A_provider_that_is_down_is_a_clear_answer_and_used_again_when_it_is_back()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        _provider.DistortDiscovery = _ => throw new InvalidOperationException("down");
        await using var server = await StartAsync(time);
        using var browser = new SignInBrowser(server);
        await ProblemAssert.IsAsync(Error.IssuerUnavailable, await browser.BeginAsync());
        _provider.DistortDiscovery = null;
        time.Advance(TimeSpan.FromSeconds(10));
        var address = await browser.AddressAsync();
        var answer = await _provider.DecideAsync(address);
        await _provider.StopAsync();
        Assert.Equal("/#sign-in=unavailable", await browser.EndAsync(answer));
    }

    [Theory]
    [InlineData("issuer", "https://id.example.org")]
    [InlineData("authorization_endpoint", "javascript:alert(document.domain)//")]
    [InlineData("authorization_endpoint", "http://id.example.org/authorize")]
    [InlineData("authorization_endpoint", "/authorize")]
    [InlineData("authorization_endpoint", null)]
    [InlineData("token_endpoint", "file:///etc/passwd")]
    [InlineData("token_endpoint", "http://id.example.org/token")]
    [InlineData("padding", "a megabyte")]
    public async Task A_provider_that_describes_itself_wrongly_is_not_used(string member, string? value)
    {
        _provider.DistortDiscovery = document => document[member] = value == "a megabyte" ? new string('x', 1 << 20) : value!;
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        await ProblemAssert.IsAsync(Error.IssuerUnavailable, await browser.BeginAsync());
    }

    [Theory]
    [InlineData("fails", "unavailable")]
    [InlineData("hangs", "unavailable")]
    [InlineData("talks without end", "unavailable")]
    [InlineData("answers with a page", "unavailable")]
    [InlineData("sends elsewhere", "unavailable")]
    [InlineData("gives nothing", "failed")]
    [InlineData("refuses this server", "failed")]
    public async Task A_provider_that_does_not_give_a_token_signs_nobody_in(string how, string outcome)
    {
        using var over = new CancellationTokenSource();
        _provider.AnswerInstead = how switch
        {
            "fails" => context => Task.FromResult(context.Response.StatusCode = 500),
            "hangs" => context => Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, over.Token).Token),
            "talks without end" => async context =>
            {
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.WriteAsync(new string(' ', 64 * 1024), over.Token);
            }
            ,
            "answers with a page" => context => context.Response.WriteAsync("<!doctype html>"),
            "sends elsewhere" => context =>
            {
                context.Response.Redirect($"{_provider.Authority}/keys");
                return Task.CompletedTask;
            }
            ,
            "gives nothing" => context => context.Response.WriteAsJsonAsync(new { access_token = "opaque" }),
            _ => context =>
            {
                context.Response.StatusCode = 401;
                return context.Response.WriteAsJsonAsync(new { error = "invalid_client" });
            }
            ,
        };
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        Assert.Equal($"/#sign-in={outcome}", await browser.SignInAsync(_provider));
        await NobodyAsync(browser);
        await over.CancelAsync();
    }

    [Fact]
    public async Task An_account_with_a_password_is_not_entered_by_a_provider_that_knows_its_id()
    {
        await using var server = await StartAsync();
        var registered = await server.RegisterAsync("ada");
        _provider.Person["sub"] = registered.Text("userID")!;
        using var browser = new SignInBrowser(server);
        Assert.Equal("/#sign-in=has-password", await browser.SignInAsync(_provider));
        await NobodyAsync(browser);
        // Another subject of the same name gets an account of its own.
        _provider.Person["sub"] = "auth0|ada";
        Assert.Equal("/", await browser.SignInAsync(_provider));
        var me = await browser.MeAsync();
        Assert.NotEqual(registered.Text("userID"), me.Text("userID"));
        Assert.StartsWith("user-", me.Text("username"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_is_suspended_stays_out()
    {
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        await browser.SignInAsync(_provider);
        var accounts = server.Services.GetRequiredService<IAccountStore>();
        var account = (await accounts.FindAsync(ExternalSubject.ToUserId(_provider.Authority, "auth0|ada"), default))!;
        Assert.True(await accounts.ReplaceAsync(account with { Status = AccountStatus.Suspended }, default));
        using var again = new SignInBrowser(server);
        Assert.Equal("/#sign-in=suspended", await again.SignInAsync(_provider));
        await NobodyAsync(again);
    }

    [Fact]
    public async Task An_email_address_becomes_nobodys_name()
    {
        (_provider.Person["preferred_username"], _provider.Person["name"]) = ("ada@example.org", "Ada Lovelace");
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        await browser.SignInAsync(_provider);
        var me = await browser.MeAsync();
        Assert.Equal("Ada Lovelace", me.Text("displayName"));
        Assert.StartsWith("user-", me.Text("username"), StringComparison.Ordinal);
        (_provider.Person["sub"], _provider.Person["name"]) = ("auth0|eve", "eve@example.org");
        await browser.SignInAsync(_provider);
        Assert.StartsWith("user-", (await browser.MeAsync()).Text("displayName"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_signing_in_calls_nothing()
    {
        var given = "";
        _provider.Sign = payload => given = OpenIdProvider.Signed(payload, new SigningCredentials(_provider.Key, SecurityAlgorithms.RsaSha256));
        await using var server = await StartAsync();
        using var browser = new SignInBrowser(server);
        Assert.Equal("/", await browser.SignInAsync(_provider));
        await ProblemAssert.IsAsync(Error.InvalidToken, await server.CallAsync(HttpMethod.Get, "/me", token: given));
    }

    [Fact]
    public async Task Behind_a_proxy_and_under_a_path_the_provider_knows_the_public_address()
    {
        await using var server = await StartAsync("--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Proxy:PathBase=/comments", "--LiveComments:Hosts:Allowed:0=live.example.org");
        (string, string)[] forwarded = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "live.example.org"), ("Origin", "https://live.example.org")];
        using var begun = await server.PostAsync("/comments/auth/external/example", new { @return = "/comments/live/show" }, null, forwarded);
        var address = (await begun.JsonAsync()).Text("location")!;
        Assert.Equal("https://live.example.org/comments/auth/external/example/callback", QueryHelpers.ParseQuery(new Uri(address).Query)["redirect_uri"]);
        var cookie = begun.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; path=/comments/auth/external; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        var answer = await _provider.DecideAsync(address);
        using var ended = await server.CallAsync(HttpMethod.Get, answer.PathAndQuery, null, null, [.. forwarded, ("Cookie", cookie.Split(';')[0])]);
        Assert.Equal("/comments/live/show", ended.Headers.Location?.ToString());
        Assert.Contains(ended.Headers.GetValues("Set-Cookie"), set => set.StartsWith(RefreshCookie.Name, StringComparison.Ordinal) && set.Contains("; path=/comments/auth; secure; samesite=strict; httponly", StringComparison.Ordinal));
        // Without an attempt the way leads to the list of events of this server, not of its host.
        using var lost = await server.CallAsync(HttpMethod.Get, answer.PathAndQuery, null, null, forwarded);
        Assert.Equal("/comments/#sign-in=expired", lost.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Pages_know_the_providers_and_nothing_else_of_them()
    {
        await using var server = await StartAsync();
        var html = await server.Anonymous.GetStringAsync("/");
        Assert.Contains("data-providers=\"[{&quot;id&quot;:&quot;example&quot;,&quot;name&quot;:&quot;Example \\u003CID\\u003E&quot;}]\"", html, StringComparison.Ordinal);
        await using var plain = await TestServer.StartAsync();
        Assert.Contains("data-providers=\"[]\"", await plain.Anonymous.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Id=Example ID")]
    [InlineData("Id=")]
    [InlineData("Authority=http://id.example.org")]
    [InlineData("Authority=")]
    [InlineData("ClientId=")]
    [InlineData("Scopes=profile")]
    public async Task A_wrong_configuration_does_not_start(string setting)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync($"--LiveComments:SignIn:0:{setting}"));
        Assert.Contains("LiveComments:SignIn:0", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenIdProvider.Secret, refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(null, [.. _provider.Settings(), .. _provider.Settings(1)]));
    }

    private static async Task NobodyAsync(SignInBrowser browser)
    {
        Assert.Null(browser.Cookie(RefreshCookie.Name));
        using var refused = await browser.RefreshAsync();
        Assert.False(refused.IsSuccessStatusCode);
    }

    private static Uri With(Uri address, string name, string? value)
    {
        var query = QueryHelpers.ParseQuery(address.Query).Where(pair => pair.Key != name).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        if (value is not null)
            query[name] = value;
        return new Uri(QueryHelpers.AddQueryString(address.GetLeftPart(UriPartial.Path), query));
    }

    /// <summary>Its clock stands still, so that its patience with the provider does not end because this machine is slow.</summary>
    private Task<TestServer> StartAsync(params string[] settings) => StartAsync(new FakeTime(DateTimeOffset.UtcNow), settings);

    private Task<TestServer> StartAsync(TimeProvider time, params string[] settings) =>
        TestServer.StartAsync(builder => builder.Services.AddSingleton(time), [.. _provider.Settings(), .. settings]);

    /// <summary>Keeps cookies and follows nothing by itself.</summary>
    private sealed class SignInBrowser : IDisposable
    {
        private readonly Uri _server;
        private readonly CookieContainer _cookies = new();
        private readonly HttpClient _client;

        public SignInBrowser(TestServer server)
        {
            _server = server.BaseAddress;
            _client = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
        }

        public Task<HttpResponseMessage> BeginAsync(string? back = "/") => _client.PostAsJsonAsync("/auth/external/example", new { @return = back });

        /// <summary>Begins; the provider's address.</summary>
        public async Task<string> AddressAsync(string back = "/")
        {
            using var begun = await BeginAsync(back);
            return (await begun.JsonAsync()).Text("location")!;
        }

        public Task<HttpResponseMessage> ReturnAsync(Uri answer) => _client.GetAsync(answer);

        /// <summary>Comes back from the provider; where it leads.</summary>
        public async Task<string> EndAsync(Uri answer)
        {
            using var ended = await ReturnAsync(answer);
            Assert.Equal(HttpStatusCode.Found, ended.StatusCode);
            return ended.Headers.Location!.ToString();
        }

        public async Task<string> SignInAsync(OpenIdProvider provider, string back = "/", bool allow = true) =>
            await EndAsync(await provider.DecideAsync(await AddressAsync(back), allow));

        public async Task<HttpResponseMessage> RefreshAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/refresh");
            request.Headers.Add("X-Requested-With", "LiveComments");
            return await _client.SendAsync(request);
        }

        public async Task<string> TokenAsync()
        {
            using var answer = await RefreshAsync();
            return (await answer.JsonAsync()).Text("token")!;
        }

        public async Task<JsonElement> MeAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
            request.Headers.Authorization = new("Bearer", await TokenAsync());
            using var answer = await _client.SendAsync(request);
            return await answer.JsonAsync();
        }

        public string? Cookie(string name) => _cookies.GetAllCookies().SingleOrDefault(cookie => cookie.Name == name && !cookie.Expired)?.Value;

        public void SetCookie(string name, string? value) => _cookies.Add(new Cookie(name, value, "/auth/external", _server.Host));

        public void Dispose() => _client.Dispose();
    }
}
