using System.Buffers.Text;
using System.Text.Json;
using LiveComments.Server.Auth.Issuers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>Reads untrusted tokens: first what is cheap to check, then the signature.</summary>
internal static class SignedToken
{
    /// <summary>External tokens with many claims reach 4 KB; longer ones are refused.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Deeper JSON is refused before the library sees it: its parser recurses on the caller's stack.</summary>
    private const int MaxDepth = 16;

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    /// <summary>
    /// Who claims to have signed it and with which key; null for what is not a signed token of three parts, and for one whose header asks for
    /// an extension that must be understood (RFC 7515, 4.1.11): none is known here. Keys and addresses of keys in a header are never looked at.
    /// </summary>
    public static (string Issuer, string? Kid)? Peek(string token)
    {
        if (token.Length > MaxLength)
            return null;
        var dot = token.IndexOf('.');
        var second = dot < 0 ? -1 : token.IndexOf('.', dot + 1);
        // Five parts mean an encrypted token. Decrypting it would be work that strangers choose for us.
        if (second < 0 || token.AsSpan(second + 1).Contains('.'))
            return null;
        using var header = Parse(token.AsSpan(0, dot));
        using var payload = Parse(token.AsSpan((dot + 1)..second));
        if (header is null || payload is null)
            return null;
        try
        {
            // An unencoded payload (RFC 7797) may not be a token's at all, and must be marked as critical besides.
            if (header.RootElement.TryGetProperty("crit", out _) || header.RootElement.TryGetProperty("b64", out _))
                return null;
            if (!payload.RootElement.TryGetProperty("iss", out var issuer) || issuer.ValueKind != JsonValueKind.String)
                return null;
            var kid = header.RootElement.TryGetProperty("kid", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            return (issuer.GetString()!, kid);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which the parser lets through.
            return null;
        }
    }

    /// <summary>Checks a token that passed <see cref="Peek"/> against its issuer's keys, name and audience. The caller checks its times.</summary>
    /// <returns>The token, or <see cref="Error.InvalidToken"/>, or <see cref="Error.IssuerUnavailable"/> when the keys are not to be had.</returns>
    public static async ValueTask<(JsonWebToken? Token, Error? Error)> VerifyAsync(string token, string? kid, TrustedIssuer issuer, CancellationToken ct)
    {
        var keys = await issuer.Keys.FindAsync(kid, ct);
        if (keys is null)
            return (null, Error.IssuerUnavailable);
        if (keys.Count == 0)
            return (null, Error.InvalidToken);
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer.Name,
            ValidAudience = issuer.Audience,
            ValidAlgorithms = issuer.Algorithms,
            IssuerSigningKeys = keys,
            CryptoProviderFactory = Crypto,
            // Its own check reads the wall clock.
            ValidateLifetime = false,
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt } ? (jwt, null) : (null, Error.InvalidToken);
    }

    /// <summary>A claim that is a text; null when it is something else or missing.</summary>
    public static string? Text(this JsonWebToken token, string claim) => token.TryGetPayloadValue<object>(claim, out var value) ? value as string : null;

    /// <summary>Whom it is about: 1-255 characters, or null.</summary>
    public static string? SubjectOrNull(this JsonWebToken token) =>
        token.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Sub, out var subject) && subject is { Length: > 0 and <= 255 } ? subject : null;

    /// <summary>Null for a token without an expiry, which could not be revoked.</summary>
    public static DateTimeOffset? EndsAt(this JsonWebToken token) =>
        token.ValidTo == DateTime.MinValue ? null : new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc));

    /// <summary>When whom it is about proved who they are: <c>auth_time</c>, else when it was issued. Null when it says neither.</summary>
    public static DateTimeOffset? SignedInAt(this JsonWebToken token)
    {
        long? said = token.TryGetPayloadValue<object>("auth_time", out var value) ? value switch { long seconds => seconds, int seconds => seconds, _ => null } : null;
        return said is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(said.Value)
            : token.IssuedAt == DateTime.MinValue ? null : new DateTimeOffset(DateTime.SpecifyKind(token.IssuedAt, DateTimeKind.Utc));
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
}
