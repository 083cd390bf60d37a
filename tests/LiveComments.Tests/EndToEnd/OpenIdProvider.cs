using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Tests.EndToEnd;

/// <summary>
/// A small OpenID Connect provider on this machine. It is strict: the client must prove who it is, a code is taken once, with the
/// redirect URI and the verifier it was asked for with. Its switches make it misbehave.
/// </summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "live comments";
    public const string Secret = "s3cret: +%&";

    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _codes = [];
    private WebApplication _app = null!;

    public string Authority { get; private set; } = null!;

    /// <summary>Null: a public client.</summary>
    public string? ClientSecret { get; set; } = Secret;

    /// <summary>How the client must prove its secret.</summary>
    public string AuthMethod { get; set; } = "client_secret_basic";

    public RsaSecurityKey Key { get; set; } = new(RSA.Create(2048)) { KeyId = "one" };

    /// <summary>Who signs in, and what is said of them.</summary>
    public Dictionary<string, object> Person { get; } = new() { ["sub"] = "auth0|ada", ["preferred_username"] = "ada", ["name"] = "Ada Lovelace" };

    /// <summary>Changes what a token says before it is signed.</summary>
    public Action<Dictionary<string, object>>? Distort { get; set; }

    /// <summary>Signs in another way.</summary>
    public Func<string, string>? Sign { get; set; }

    /// <summary>Changes what the provider says of itself.</summary>
    public Action<Dictionary<string, object>>? DistortDiscovery { get; set; }

    /// <summary>Answers instead of the token endpoint.</summary>
    public Func<HttpContext, Task>? AnswerInstead { get; set; }

    /// <summary>What the token endpoint refused, and why.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    public static async Task<OpenIdProvider> StartAsync()
    {
        var provider = new OpenIdProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = provider._app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/.well-known/openid-configuration", provider.DescribeAsync);
        app.MapGet("/keys", provider.KeysAsync);
        app.MapGet("/authorize", AskAsync);
        app.MapPost("/authorize", provider.DecideAsync);
        app.MapPost("/token", provider.ExchangeAsync);
        await app.StartAsync();
        provider.Authority = app.Urls.Single();
        return provider;
    }

    /// <summary>The settings of a server that knows this provider as <c>example</c>.</summary>
    public string[] Settings(int index = 0, string id = "example") =>
    [
        $"--LiveComments:SignIn:{index}:Id={id}", $"--LiveComments:SignIn:{index}:Name=Example <ID>", $"--LiveComments:SignIn:{index}:Authority={Authority}",
        $"--LiveComments:SignIn:{index}:ClientId={ClientId}", $"--LiveComments:SignIn:{index}:ClientSecret={ClientSecret}",
    ];

    /// <summary>As the person presses a button of the page at this address: where the provider sends them.</summary>
    public async Task<Uri> DecideAsync(string address, bool allow = true)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var page = await client.GetAsync(address);
        page.EnsureSuccessStatusCode();
        using var form = new FormUrlEncodedContent([new("decision", allow ? "allow" : "deny")]);
        using var answer = await client.PostAsync(address, form);
        Assert.Equal(302, (int)answer.StatusCode);
        return answer.Headers.Location!;
    }

    public Task StopAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task DescribeAsync(HttpContext context)
    {
        var document = new Dictionary<string, object>
        {
            ["issuer"] = Authority,
            ["authorization_endpoint"] = $"{Authority}/authorize?tenant=1",
            ["token_endpoint"] = $"{Authority}/token",
            ["jwks_uri"] = $"{Authority}/keys",
            ["token_endpoint_auth_methods_supported"] = new[] { AuthMethod },
            ["code_challenge_methods_supported"] = new[] { "S256" },
        };
        DistortDiscovery?.Invoke(document);
        return context.Response.WriteAsJsonAsync(document);
    }

    private Task KeysAsync(HttpContext context)
    {
        var rsa = Key.Rsa.ExportParameters(false);
        return context.Response.WriteAsJsonAsync(new
        {
            keys = new[] { new { kty = "RSA", use = "sig", kid = Key.KeyId, n = Base64UrlEncoder.Encode(rsa.Modulus), e = Base64UrlEncoder.Encode(rsa.Exponent) } },
        });
    }

    /// <summary>Asks the person. The page posts to its own address, which has the request in it.</summary>
    private static Task AskAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"""
            <!doctype html><html lang="en"><title>Example ID</title><h1>Example ID</h1><p>{HtmlEncoder.Default.Encode(context.Request.Query["scope"]!)}</p>
            <form method="post"><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>
            """);
    }

    private async Task DecideAsync(HttpContext context)
    {
        var asked = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        var back = asked["redirect_uri"];
        if (asked["response_type"] != "code" || asked["client_id"] != ClientId || asked["code_challenge_method"] != "S256" || asked["tenant"] != "1" || !asked["scope"].Split(' ').Contains("openid"))
        {
            context.Response.StatusCode = 400;
            return;
        }
        var answer = new Dictionary<string, string?> { ["state"] = asked["state"], ["iss"] = Authority };
        if ((await context.Request.ReadFormAsync())["decision"] == "allow")
        {
            answer["code"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            _codes[answer["code"]!] = asked;
        }
        else
        {
            answer["error"] = "access_denied";
        }
        context.Response.Redirect(QueryHelpers.AddQueryString(back, answer));
    }

    private async Task ExchangeAsync(HttpContext context)
    {
        if (AnswerInstead is { } answer)
        {
            await answer(context);
            return;
        }
        var form = (await context.Request.ReadFormAsync()).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        if (!IsClient(context, form))
            await RefuseAsync(context, 401, "invalid_client");
        else if (form.GetValueOrDefault("grant_type") != "authorization_code" || !_codes.TryRemove(form.GetValueOrDefault("code") ?? "", out var asked))
            await RefuseAsync(context, 400, "invalid_grant: code");
        else if (form.GetValueOrDefault("redirect_uri") != asked["redirect_uri"])
            await RefuseAsync(context, 400, "invalid_grant: redirect_uri");
        else if (Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier") ?? ""))) != asked["code_challenge"])
            await RefuseAsync(context, 400, "invalid_grant: code_verifier");
        else
            await context.Response.WriteAsJsonAsync(new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = IdToken(asked["nonce"]) });
    }

    private bool IsClient(HttpContext context, Dictionary<string, string> form)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (ClientSecret is null)
            return header.Length == 0 && !form.ContainsKey("client_secret") && form.GetValueOrDefault("client_id") == ClientId;
        if (AuthMethod == "client_secret_post")
            return header.Length == 0 && form.GetValueOrDefault("client_secret") == ClientSecret && form.GetValueOrDefault("client_id") == ClientId;
        return header.StartsWith("Basic ", StringComparison.Ordinal) && !form.ContainsKey("client_secret")
            && Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':') is [var id, var secret]
            && Uri.UnescapeDataString(id) == ClientId && Uri.UnescapeDataString(secret) == ClientSecret;
    }

    private Task RefuseAsync(HttpContext context, int status, string error)
    {
        Refused.Enqueue(error);
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = error.Split(':')[0] });
    }

    private string IdToken(string nonce)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>(Person) { ["iss"] = Authority, ["aud"] = ClientId, ["nonce"] = nonce, ["iat"] = now, ["exp"] = now + 300 };
        Distort?.Invoke(claims);
        var payload = JsonSerializer.Serialize(claims);
        return Sign?.Invoke(payload) ?? Signed(payload, new SigningCredentials(Key, SecurityAlgorithms.RsaSha256));
    }

    public static string Signed(string payload, SigningCredentials credentials) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(payload, credentials);
}
