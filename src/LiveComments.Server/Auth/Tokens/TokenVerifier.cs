using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LiveComments.Accounts;
using LiveComments.Caching;
using LiveComments.Clocks;
using LiveComments.Server.Auth.Issuers;
using Microsoft.IdentityModel.JsonWebTokens;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// Finds the caller of a token. A verified token is cached for a minute, so that a busy caller costs one hash per request, and a removed key is out of use a minute later.
/// </summary>
internal sealed class TokenVerifier
{
    /// <summary>At about 250 bytes each, 16 MB.</summary>
    private const int Capacity = 65_536;

    /// <summary>How much the clocks of issuers may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, TrustedIssuer> _issuers;
    private readonly TimeProvider _time;
    private readonly BoundedCache<Digest, Verified> _verified = new(Capacity);
    private readonly SessionChecks _sessions;

    public TokenVerifier(IEnumerable<TrustedIssuer> issuers, SessionChecks sessions, TimeProvider time)
    {
        _issuers = issuers.ToDictionary(issuer => issuer.Name, StringComparer.Ordinal);
        _sessions = sessions;
        _time = time;
    }

    /// <returns>
    /// The caller as they are now (<see cref="SessionChecks.Now"/>), or why there is none: <see cref="Error.InvalidToken"/>, <see cref="Error.TokenExpired"/>,
    /// <see cref="Error.AccountSuspended"/>, or <see cref="Error.IssuerUnavailable"/> when an external issuer's keys are needed and it does not answer.
    /// </returns>
    public ValueTask<(Caller? Caller, Error? Error)> VerifyAsync(string token, CancellationToken ct)
    {
        if (token.Length is 0 or > SignedToken.MaxLength)
            return new((null, Error.InvalidToken));
        var digest = Digest.Of(token);
        return _verified.TryGet(digest, out var verified) && _time.GetTimestamp() < verified.Until
            ? new(Judge(verified.Caller))
            : CheckAsync(token, digest, ct);
    }

    /// <summary>False when the issuer has removed the key that signed the caller's token. While an issuer does not answer, its keys stay valid.</summary>
    public async ValueTask<bool> IsKeyTrustedAsync(SigningKey key, CancellationToken ct) =>
        _issuers.TryGetValue(key.Issuer, out var issuer) && await issuer.Keys.FindAsync(key.Id, ct) is not { Count: 0 };

    private async ValueTask<(Caller? Caller, Error? Error)> CheckAsync(string token, Digest digest, CancellationToken ct)
    {
        if (SignedToken.Peek(token) is not var (issuer, kid) || !_issuers.TryGetValue(issuer, out var trusted))
            return (null, Error.InvalidToken);
        var (jwt, error) = await SignedToken.VerifyAsync(token, kid, trusted, ct);
        if (jwt is null)
            return (null, error);
        if (ToCaller(jwt, trusted) is not { } caller)
            return (null, Error.InvalidToken);
        caller = caller with { SignedWith = new SigningKey(issuer, kid) };
        if (jwt.ValidFrom > DateTime.MinValue && jwt.ValidFrom > (_time.GetUtcNow() + Skew).UtcDateTime)
            return (null, Error.InvalidToken);
        var judged = Judge(caller);
        if (judged.Error is null)
            _verified.Set(digest, new Verified(caller, _time.GetTimestamp() + _time.Ticks(Believed)), _verified.Stamp);
        return judged;
    }

    private (Caller? Caller, Error? Error) Judge(Caller caller) =>
        caller.ExpiresAt <= _time.GetUtcNow() ? (null, Error.TokenExpired) : _sessions.Now(caller);

    private static Caller? ToCaller(JsonWebToken jwt, TrustedIssuer issuer)
    {
        if (jwt.EndsAt() is not { } expiresAt || jwt.SubjectOrNull() is not { } subject)
            return null;
        if (!issuer.IsOwn)
        {
            var role = issuer.RoleClaim is { } claim ? Roles.Parse(jwt.Text(claim)) ?? Role.Viewer : Role.Viewer;
            return new Caller(ExternalSubject.ToUserId(issuer.Name, subject), ExternalSubject.NameOf(jwt.Text("preferred_username"), jwt.Text("name")), role, null, null, expiresAt) { SignedInAt = jwt.SignedInAt() };
        }
        if (!UserId.TryParse(subject, out var userId))
            return null;
        EventId? moderatorOf = EventId.TryParse(jwt.Text(TokenIssuer.EventClaim), out var id) ? id : null;
        Guid? session = Guid.TryParseExact(jwt.Text(TokenIssuer.SessionClaim), "D", out var sid) ? sid : null;
        return new Caller(userId, null, Roles.Parse(jwt.Text(TokenIssuer.RoleClaim)) ?? Role.Viewer, moderatorOf, session, expiresAt) { SignedInAt = jwt.SignedInAt() };
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
