using System.Security.Cryptography;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Tests.EndToEnd;

public sealed class ExternalIssuerTests : IAsyncLifetime
{
    private const string Audience = "comments";

    private readonly RsaSecurityKey _first = new(RSA.Create(2048)) { KeyId = "first" };
    private readonly RsaSecurityKey _second = new(RSA.Create(2048)) { KeyId = "second" };
    private readonly List<RsaSecurityKey> _published = [];
    private WebApplication _issuer = null!;
    private string _authority = null!;
    private int _asked;
    private volatile TaskCompletionSource? _hanging;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _issuer = builder.Build();
        _issuer.Urls.Add("http://127.0.0.1:0");
        _issuer.MapGet("/.well-known/openid-configuration", async context =>
        {
            Interlocked.Increment(ref _asked);
            if (_hanging is { } hanging)
                await hanging.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new { issuer = _authority, jwks_uri = $"{_authority}/keys" });
        });
        _issuer.MapGet("/keys", context => context.Response.WriteAsync(KeySet([.. _published])));
        await _issuer.StartAsync();
        _authority = _issuer.Urls.Single();
        _published.Add(_first);
    }

    public async Task DisposeAsync()
    {
        _hanging?.TrySetResult();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Its_people_are_who_its_tokens_say()
    {
        await using var server = await StartAsync();
        var id = new UserId(Guid.NewGuid());
        var me = await MeAsync(server, Token(id.ToString(), name: "maria"));
        Assert.Equal((id.ToString(), "maria", "viewer"), (me.Text("userID"), me.Text("username"), me.Text("role")));
        // Any other subject is the same UUID every time, and another for each.
        var first = await MeAsync(server, Token("auth0|1", name: "Maria García"));
        Assert.Equal(ExternalSubject.ToUserId(_authority, "auth0|1").ToString(), first.Text("userID"));
        Assert.Equal("Maria García", first.Text("displayName"));
        Assert.Equal('5', first.Text("userID")![14]);
        Assert.Equal(first.Text("userID"), (await MeAsync(server, Token("auth0|1"))).Text("userID"));
        Assert.NotEqual(first.Text("userID"), (await MeAsync(server, Token("auth0|2"))).Text("userID"));
        Assert.NotEqual(ExternalSubject.ToUserId("https://other", "auth0|1"), ExternalSubject.ToUserId(_authority, "auth0|1"));
    }

    [Fact]
    public async Task A_name_that_stands_for_the_site_is_not_shown_and_its_bearer_is_not_refused()
    {
        await using var server = await StartAsync("--LiveComments:Names:Reserved:0=Acme");
        foreach (var (name, i) in new[] { "Administrator", "ACME", "\u3164" }.Select((name, i) => (name, i)))
        {
            var me = await MeAsync(server, Token($"auth0|{i}", name: name));
            Assert.Matches("^user-[0-9a-f]{8}$", me.Text("username"));
            Assert.Equal(me.Text("username"), me.Text("displayName"));
        }
    }

    [Fact]
    public async Task Its_roles_count_only_where_the_operator_says_in_which_claim()
    {
        await using (var server = await StartAsync())
            Assert.Equal("viewer", (await MeAsync(server, Token("a", role: "administrator"))).Text("role"));
        await using (var server = await StartAsync("--LiveComments:Issuers:0:RoleClaim=comments_role"))
        {
            Assert.Equal("administrator", (await MeAsync(server, Token("a", role: "administrator"))).Text("role"));
            Assert.Equal("viewer", (await MeAsync(server, Token("a", role: "emperor"))).Text("role"));
        }
    }

    [Fact]
    public async Task Tokens_for_others_by_others_and_expired_ones_are_refused()
    {
        await using var server = await StartAsync();
        await RefusedAsync(server, Error.InvalidToken, Token("a", audience: "another program"));
        await RefusedAsync(server, Error.InvalidToken, Token("a", issuer: "https://other"));
        await RefusedAsync(server, Error.InvalidToken, Token("a", key: new RsaSecurityKey(RSA.Create(2048)) { KeyId = "first" }));
        await RefusedAsync(server, Error.InvalidToken, Token("a", key: _second));
        await RefusedAsync(server, Error.TokenExpired, Token("a", lifetime: TimeSpan.FromMinutes(-1)));
        // Its public key, taken for a shared secret.
        var secret = new SymmetricSecurityKey(_first.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = "first" };
        await RefusedAsync(server, Error.InvalidToken, Token("a", credentials: new SigningCredentials(secret, SecurityAlgorithms.HmacSha256)));
        // Nobody here understands what it says must be understood.
        await RefusedAsync(server, Error.InvalidToken, Token("a", header: new() { ["crit"] = new[] { "http://example.org/bound" }, ["http://example.org/bound"] = true }));
        await MeAsync(server, Token("a", header: new() { ["jku"] = "http://127.0.0.1:1/keys" }));
        // It cannot speak for this server either.
        await RefusedAsync(server, Error.InvalidToken, Token("a", issuer: TokenIssuer.Name, audience: TokenIssuer.Name));
    }

    [Fact]
    public async Task A_new_key_is_fetched_and_made_up_ones_do_not_ask_again_and_again()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var server = await StartAsync(time);
        await MeAsync(server, Token("a"));
        _published.Add(_second);
        time.Advance(TimeSpan.FromSeconds(10));
        await MeAsync(server, Token("a", key: _second));
        Assert.Equal(2, _asked);
        for (var i = 0; i < 20; i++)
            await RefusedAsync(server, Error.InvalidToken, Token("a", key: new RsaSecurityKey(_first.Rsa) { KeyId = $"made up {i}" }));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task While_it_hangs_or_is_down_its_known_keys_work_and_others_are_told_to_come_back()
    {
        await using var server = await StartAsync();
        await using var late = await StartAsync(TimeProvider.System);
        await MeAsync(server, Token("a"));
        _hanging = new TaskCompletionSource();
        await RefusedAsync(late, Error.IssuerUnavailable, Token("b"));
        await MeAsync(server, Token("c"));
        // Our own people do not notice.
        await MeAsync(late, late.Token());
        await _issuer.StopAsync(new CancellationToken(canceled: true));
        await using var last = await StartAsync();
        await RefusedAsync(last, Error.IssuerUnavailable, Token("d"));
        await MeAsync(server, Token("e"));
    }

    [Fact]
    public async Task Its_keys_may_stand_in_a_file()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("keys.json"), KeySet(_first));
        await using var server = await TestServer.StartAsync(null,
            "--LiveComments:Issuers:0:Issuer=https://id.example.org", $"--LiveComments:Issuers:0:Audience={Audience}", $"--LiveComments:Issuers:0:KeysFile={folder.At("keys.json")}");
        await MeAsync(server, Token("a", issuer: "https://id.example.org"));
        await RefusedAsync(server, Error.InvalidToken, Token("a", issuer: "https://id.example.org", key: _second));
    }

    [Theory]
    [InlineData("--LiveComments:Issuers:0:Authority=https://id.example.org")]
    [InlineData("--LiveComments:Issuers:0:Audience=comments")]
    [InlineData("--LiveComments:Issuers:0:Audience=comments", "--LiveComments:Issuers:0:Authority=http://id.example.org")]
    [InlineData("--LiveComments:Issuers:0:Audience=comments", "--LiveComments:Issuers:0:KeysFile=keys.json")]
    [InlineData("--LiveComments:Issuers:0:Audience=comments", "--LiveComments:Issuers:0:KeysFile=keys.json", "--LiveComments:Issuers:0:Issuer=livecomments")]
    public async Task A_wrong_configuration_does_not_start(params string[] settings) =>
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestServer.StartAsync(null, settings));

    private static string KeySet(params RsaSecurityKey[] keys) => JsonSerializer.Serialize(new
    {
        keys = keys.Select(key => key.Rsa.ExportParameters(false)).Zip(keys, (rsa, key) => new
        {
            kty = "RSA",
            use = "sig",
            kid = key.KeyId,
            n = Base64UrlEncoder.Encode(rsa.Modulus),
            e = Base64UrlEncoder.Encode(rsa.Exponent),
        }),
    });

    private static async Task<JsonElement> MeAsync(TestServer server, string token)
    {
        using var client = server.Client(token);
        return await client.CallAsync("GET", "/me");
    }

    private static async Task RefusedAsync(TestServer server, Error error, string token)
    {
        using var client = server.Client(token);
        await ProblemAssert.IsAsync(error, await client.GetAsync("/me"));
    }

    /// <summary>Its clock stands still, so that its patience with the issuer does not end because this machine is slow.</summary>
    private Task<TestServer> StartAsync(params string[] settings) => StartAsync(new FakeTime(DateTimeOffset.UtcNow), settings);

    private Task<TestServer> StartAsync(TimeProvider time, params string[] settings) => TestServer.StartAsync(
        builder => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(builder.Services, time),
        [$"--LiveComments:Issuers:0:Authority={_authority}", $"--LiveComments:Issuers:0:Audience={Audience}", .. settings]);

    private string Token(
        string subject, string? name = null, string? role = null, string audience = Audience, string? issuer = null, RsaSecurityKey? key = null, TimeSpan? lifetime = null,
        SigningCredentials? credentials = null, Dictionary<string, object>? header = null)
    {
        var claims = new Dictionary<string, object> { ["sub"] = subject };
        if (name is not null)
            claims["name"] = name;
        if (role is not null)
            claims["comments_role"] = role;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? _authority,
            Audience = audience,
            Claims = claims,
            AdditionalHeaderClaims = header,
            Expires = DateTime.UtcNow + (lifetime ?? TimeSpan.FromMinutes(5)),
            SigningCredentials = credentials ?? new SigningCredentials(key ?? _first, SecurityAlgorithms.RsaSha256),
        });
    }
}
