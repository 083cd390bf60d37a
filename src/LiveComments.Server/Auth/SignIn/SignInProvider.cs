using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Issuers;
using LiveComments.Server.Auth.Tokens;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>One OpenID Connect provider: where to send people, and who they are when they come back (authorization code with PKCE).</summary>
internal sealed partial class SignInProvider : IAsyncDisposable
{
    /// <summary>Codes have up to 2 KB.</summary>
    private const int MaxCode = 4 * 1024;

    /// <summary>Codes exchanged at once: at a quarter of a second each, 128 sign-ins a second. A hanging provider holds no more than these.</summary>
    private const int Exchanges = 32;

    /// <summary>How much the provider's clock may differ. The token is fresh and comes from the provider directly, so this is safe.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly SignInProviderOptions _options;
    private readonly IssuerClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FetchedIssuer _described;
    private readonly TrustedIssuer _issuer;
    private readonly SemaphoreSlim _exchanges = new(Exchanges);

    public SignInProvider(SignInProviderOptions options, IssuerClient client, TimeProvider time, ILogger log)
    {
        (_options, _client, _time, _log) = (options, client, time, log);
        _described = new FetchedIssuer(options.Authority, DescribeAsync, time, log);
        _issuer = new TrustedIssuer(options.Authority, options.ClientId, ExternalIssuers.Algorithms, _described, null);
    }

    public string Id => _options.Id;

    public string Name => _options.Name is { Length: > 0 } name ? name : Id;

    /// <summary>Where to send somebody who begins an attempt; null while the provider does not say.</summary>
    public async ValueTask<string?> AddressAsync(SignInAttempt attempt, string redirectUri, CancellationToken ct) =>
        await _described.DescribeAsync(ct) is not { } described ? null : QueryHelpers.AddQueryString(described.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = _options.ClientId,
            ["redirect_uri"] = redirectUri,
            ["scope"] = _options.Scopes,
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = attempt.Challenge,
            ["code_challenge_method"] = "S256",
        });

    /// <summary>Who came back, from the provider's parameters in the address.</summary>
    /// <param name="attempt">The one that this answer belongs to.</param>
    public async ValueTask<(Caller? Caller, SignInOutcome Outcome)> IdentifyAsync(IQueryCollection answer, SignInAttempt attempt, string redirectUri, CancellationToken ct)
    {
        if (answer["error"] is [{ } error])
        {
            if (error == "access_denied")
                return (null, SignInOutcome.Denied);
            LogRefused(_log, Id, $"it answers {Printable(error)}");
            return (null, error is "temporarily_unavailable" or "server_error" ? SignInOutcome.Unavailable : SignInOutcome.Failed);
        }
        // RFC 9207: an issuer in the answer must be the one that was asked.
        if (answer["code"] is not [{ Length: > 0 and <= MaxCode } code] || (answer["iss"] is { Count: > 0 } named && named != _options.Authority))
            return (null, SignInOutcome.Failed);
        if (await _described.DescribeAsync(ct) is not { } described)
            return (null, SignInOutcome.Unavailable);
        if (!await _exchanges.WaitAsync(TimeSpan.Zero, ct))
            return (null, SignInOutcome.Busy);
        try
        {
            var (token, outcome) = await ExchangeAsync(described, code, attempt, redirectUri, ct);
            return token is null ? (null, outcome) : await ReadAsync(token, attempt, ct);
        }
        finally
        {
            _exchanges.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _described.DisposeAsync();
        _exchanges.Dispose();
    }

    private async Task<OpenIdConnectConfiguration> DescribeAsync(CancellationToken ct)
    {
        var described = await _client.DiscoverAsync(_options.Authority, ct);
        if (described.Issuer != _options.Authority)
            throw new InvalidDataException($"The issuer at {_options.Authority} says it is {described.Issuer}: Authority must be exactly that.");
        // The browser is sent to the one, so it must not be a script; the secret is sent to the other.
        if (!IssuerClient.MayCall(described.AuthorizationEndpoint) || !IssuerClient.MayCall(described.TokenEndpoint))
            throw new InvalidDataException($"{_options.Authority} names no authorization_endpoint and token_endpoint with https.");
        return described;
    }

    private async ValueTask<(string? Token, SignInOutcome Outcome)> ExchangeAsync(
        OpenIdConnectConfiguration described, string code, SignInAttempt attempt, string redirectUri, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, described.TokenEndpoint);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = attempt.Verifier,
        };
        Authenticate(described, request, form);
        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var answer = await _client.SendAsync(request, ct);
            var read = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(ct), AuthJson.Default.TokenAnswer);
            if (answer.IsSuccessStatusCode && read?.IdToken is { } token)
                return (token, SignInOutcome.SignedIn);
            LogRefused(_log, Id, $"its token endpoint answers {(int)answer.StatusCode} {Printable(read?.Error)}");
            return (null, (int)answer.StatusCode >= 500 ? SignInOutcome.Unavailable : SignInOutcome.Failed);
        }
        catch (JsonException)
        {
            LogRefused(_log, Id, "its token endpoint does not answer with JSON");
            return (null, SignInOutcome.Unavailable);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogRefused(_log, Id, $"its token endpoint does not answer: {e.Message}");
            return (null, SignInOutcome.Unavailable);
        }
    }

    /// <summary>In the header, which every provider must accept, unless this one says that it accepts only the form.</summary>
    private void Authenticate(OpenIdConnectConfiguration described, HttpRequestMessage request, Dictionary<string, string> form)
    {
        if (string.IsNullOrEmpty(_options.ClientSecret))
        {
            form["client_id"] = _options.ClientId;
        }
        else if (described.TokenEndpointAuthMethodsSupported is { Count: > 0 } methods && !methods.Contains("client_secret_basic"))
        {
            form["client_id"] = _options.ClientId;
            form["client_secret"] = _options.ClientSecret;
        }
        else
        {
            // RFC 6749: each half is encoded as in a form first.
            var both = $"{Uri.EscapeDataString(_options.ClientId)}:{Uri.EscapeDataString(_options.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(both)));
        }
    }

    private async ValueTask<(Caller? Caller, SignInOutcome Outcome)> ReadAsync(string token, SignInAttempt attempt, CancellationToken ct)
    {
        if (SignedToken.Peek(token) is not var (issuer, kid) || issuer != _issuer.Name)
            return Refuse("its token is of another issuer, or none");
        var (jwt, error) = await SignedToken.VerifyAsync(token, kid, _issuer, ct);
        if (jwt is null)
            return error == Error.IssuerUnavailable ? (null, SignInOutcome.Unavailable) : Refuse("its token's signature or audience is not right");
        if (jwt.Text(JwtRegisteredClaimNames.Nonce) != attempt.Nonce)
            return Refuse("its token is of another sign-in");
        // A token for several programs names the one that asked for it. Another name means that it is not for us.
        var authorized = jwt.Text(JwtRegisteredClaimNames.Azp);
        if (authorized is null ? jwt.Audiences.Count() > 1 : authorized != _options.ClientId)
            return Refuse("its token was given to another program");
        var now = _time.GetUtcNow();
        if (jwt.EndsAt() is not { } endsAt || endsAt <= now - Skew || jwt.IssuedAt == DateTime.MinValue
            || jwt.IssuedAt > (now + Skew).UtcDateTime || jwt.ValidFrom > (now + Skew).UtcDateTime)
            return Refuse("its token is not of now; compare the clocks");
        return jwt.SubjectOrNull() is { } subject
            ? (new Caller(ExternalSubject.ToUserId(_issuer.Name, subject), ExternalSubject.NameOf(jwt.Text("preferred_username"), jwt.Text("name")), Role.Viewer, null, null, endsAt), SignInOutcome.SignedIn)
            : Refuse("its token is about nobody");
    }

    private (Caller? Caller, SignInOutcome Outcome) Refuse(string why)
    {
        LogRefused(_log, Id, why);
        return (null, SignInOutcome.Failed);
    }

    /// <summary>A short text of the characters that RFC 6749 allows in an error.</summary>
    private static string Printable(string? text) => string.Concat((text ?? "").Where(c => c is >= ' ' and <= '~').Take(64));

    // At most one line for each begun sign-in, and those are limited by address.
    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in with {Provider} failed: {Why}")]
    private static partial void LogRefused(ILogger log, string provider, string why);
}
