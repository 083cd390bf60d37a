using LiveComments.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>Issues our own access tokens: JWTs that say who somebody is, so that no request needs a database to know it.</summary>
internal sealed class TokenIssuer(SigningKeys keys, TimeProvider time)
{
    /// <summary>Both <c>iss</c> and <c>aud</c> of our own tokens.</summary>
    public const string Name = "livecomments";

    public const string RoleClaim = "role", EventClaim = "event", SessionClaim = "sid";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    // No cache of the library's: keyed hashes are cheap to create, and the cache would keep rotated keys alive.
    private readonly CryptoProviderFactory _crypto = new() { CacheSignatureProviders = false };

    /// <param name="moderatorOf">With <see cref="Role.Moderator"/>: the one event, or null for every event.</param>
    /// <param name="sessionId">The log-in it belongs to; null for one that no log-out ends.</param>
    /// <returns>The token, and when it expires to the second.</returns>
    public (string Token, DateTimeOffset ExpiresAt) Issue(UserId userId, Role role, EventId? moderatorOf, Guid? sessionId, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds((now + lifetime).ToUnixTimeSeconds());
        var claims = new Dictionary<string, object>(4) { [JwtRegisteredClaimNames.Sub] = userId.ToString() };
        if (role != Role.Viewer)
            claims[RoleClaim] = Roles.Name(role);
        if (moderatorOf is { } id)
            claims[EventClaim] = id.ToString();
        if (sessionId is { } session)
            claims[SessionClaim] = session.ToString("D");
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Name,
            IssuedAt = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(keys.Newest, SecurityAlgorithms.HmacSha256) { CryptoProviderFactory = _crypto },
        });
        return (token, expiresAt);
    }
}
