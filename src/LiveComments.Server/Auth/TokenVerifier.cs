using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using LiveComments.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth;

/// <summary>
/// Tells who a token speaks for. A verified token is believed for a minute before its signature is looked at again, so that a
/// busy caller costs a hash a request, and a key that was removed is out of use a minute later.
/// </summary>
internal sealed class TokenVerifier
{
    /// <summary>External tokens with many claims reach 4 KB; more is not a token.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Deeper JSON is refused before the library sees it: its parser recurses on the caller's stack.</summary>
    private const int MaxDepth = 16;

    /// <summary>At about 250 bytes each, 16 MB.</summary>
    private const int Capacity = 65_536;

    /// <summary>What the clocks of issuers may differ by.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    private readonly Dictionary<string, TrustedIssuer> _issuers;
    private readonly TimeProvider _time;
    private readonly BoundedCache<Digest, Verified> _verified = new(Capacity);
    private readonly BoundedCache<Guid, bool> _ended = new(Capacity);

    public TokenVerifier(IEnumerable<TrustedIssuer> issuers, SessionChecks sessions, TimeProvider time)
    {
        _issuers = issuers.ToDictionary(issuer => issuer.Name, StringComparer.Ordinal);
        _time = time;
        sessions.SessionEnded += session => _ended.Set(session, true, _ended.Stamp);
    }

    /// <returns>
    /// The caller, or why there is none: <see cref="Error.InvalidToken"/>, <see cref="Error.TokenExpired"/>, or
    /// <see cref="Error.IssuerUnavailable"/> when an external issuer's keys are needed and it does not answer.
    /// </returns>
    public ValueTask<(Caller? Caller, Error? Error)> VerifyAsync(string token, CancellationToken ct)
    {
        if (token.Length is 0 or > MaxLength)
            return new((null, Error.InvalidToken));
        var digest = Digest.Of(token);
        return _verified.TryGet(digest, out var verified) && _time.GetTimestamp() < verified.Until
            ? new(Judge(verified.Caller))
            : CheckAsync(token, digest, ct);
    }

    private async ValueTask<(Caller? Caller, Error? Error)> CheckAsync(string token, Digest digest, CancellationToken ct)
    {
        if (Peek(token) is not var (issuer, kid) || !_issuers.TryGetValue(issuer, out var trusted))
            return (null, Error.InvalidToken);
        var keys = await trusted.Keys.FindAsync(kid, ct);
        if (keys is null)
            return (null, Error.IssuerUnavailable);
        if (keys.Count == 0)
            return (null, Error.InvalidToken);
        var result = Handler.ValidateToken(token, new TokenValidationParameters
        {
            ValidIssuer = trusted.Name,
            ValidAudience = trusted.Audience,
            ValidAlgorithms = trusted.Algorithms,
            IssuerSigningKeys = keys,
            CryptoProviderFactory = Crypto,
            // Its own check reads the wall clock.
            ValidateLifetime = false,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt || ToCaller(jwt, trusted) is not { } caller)
            return (null, Error.InvalidToken);
        if (jwt.ValidFrom > DateTime.MinValue && jwt.ValidFrom > (_time.GetUtcNow() + Skew).UtcDateTime)
            return (null, Error.InvalidToken);
        var judged = Judge(caller);
        if (judged.Error is null)
            _verified.Set(digest, new Verified(caller, _time.GetTimestamp() + (long)(Believed.TotalSeconds * _time.TimestampFrequency)), _verified.Stamp);
        return judged;
    }

    private (Caller? Caller, Error? Error) Judge(Caller caller) =>
        caller.ExpiresAt <= _time.GetUtcNow() ? (null, Error.TokenExpired)
        : caller.SessionId is { } session && _ended.TryGet(session, out _) ? (null, Error.InvalidToken)
        : (caller, null);

    private static Caller? ToCaller(JsonWebToken jwt, TrustedIssuer issuer)
    {
        // Every token ends: one without an end would be one that nobody can take back.
        if (jwt.ValidTo == DateTime.MinValue || !jwt.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Sub, out var subject) || subject is not { Length: > 0 and <= 255 })
            return null;
        var expiresAt = new DateTimeOffset(DateTime.SpecifyKind(jwt.ValidTo, DateTimeKind.Utc));
        if (!issuer.IsOwn)
        {
            var role = issuer.RoleClaim is { } claim ? Roles.Parse(Text(jwt, claim)) ?? Role.Viewer : Role.Viewer;
            return new Caller(ExternalSubject.ToUserId(issuer.Name, subject), Text(jwt, "preferred_username") ?? Text(jwt, "name"), role, null, null, expiresAt);
        }
        if (!UserId.TryParse(subject, out var userId))
            return null;
        EventId? moderatorOf = EventId.TryParse(Text(jwt, TokenIssuer.EventClaim), out var id) ? id : null;
        Guid? session = Guid.TryParseExact(Text(jwt, TokenIssuer.SessionClaim), "D", out var sid) ? sid : null;
        return new Caller(userId, null, Roles.Parse(Text(jwt, TokenIssuer.RoleClaim)) ?? Role.Viewer, moderatorOf, session, expiresAt);
    }

    private static string? Text(JsonWebToken jwt, string claim) => jwt.TryGetPayloadValue<object>(claim, out var value) ? value as string : null;

    /// <summary>Who claims to have signed it and with which key; null for what is not a signed token of three parts.</summary>
    private static (string Issuer, string? Kid)? Peek(string token)
    {
        var dot = token.IndexOf('.');
        var second = dot < 0 ? -1 : token.IndexOf('.', dot + 1);
        // Five parts are an encrypted token, and unpacking what strangers encrypted is work they choose for us.
        if (second < 0 || token.AsSpan(second + 1).Contains('.'))
            return null;
        using var header = Parse(token.AsSpan(0, dot));
        using var payload = Parse(token.AsSpan((dot + 1)..second));
        if (header is null || payload is null
            || !payload.RootElement.TryGetProperty("iss", out var issuer) || issuer.ValueKind != JsonValueKind.String)
            return null;
        var kid = header.RootElement.TryGetProperty("kid", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return (issuer.GetString()!, kid);
    }

    private static JsonDocument? Parse(ReadOnlySpan<char> part)
    {
        if (!Base64Url.IsValid(part))
            return null;
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException)
        {
        }
        return null;
    }

    private readonly record struct Verified(Caller Caller, long Until);

    /// <summary>SHA-256 of a token: the tokens themselves are not kept.</summary>
    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static Digest Of(string token)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
            return MemoryMarshal.Read<Digest>(hash);
        }
    }
}
