using System.Security.Cryptography;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.LogIns;

/// <summary>Log-ins: begun with a password or by a provider, extended with refresh tokens, and ended.</summary>
internal sealed class Sessions(IAccountStore accounts, TokenIssuer tokens, SessionChecks checks, IDataProtectionProvider protection, IOptions<AuthOptions> options, TimeProvider time)
{
    // An answer that may have to be repeated is kept encrypted, so that a reader of the database cannot use it.
    private readonly IDataProtector _answers = protection.CreateProtector("LiveComments.Refresh.v1");

    /// <summary>Begins a log-in; null when the account is gone or suspended, or its password has changed since the check.</summary>
    /// <param name="passwordChangedAt">When the checked password had been set; null without a password.</param>
    /// <param name="userAgent">Cut to 256 characters.</param>
    public async ValueTask<SignedIn?> StartAsync(Account account, DateTimeOffset? passwordChangedAt, string? address, string? userAgent, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var refresh = RefreshToken.First(Guid.CreateVersion7(now));
        var expiresAt = now + options.Value.SessionLifetime;
        var session = new LoginSession(refresh.SessionId, account.Id, refresh.Hashes, now, expiresAt, address,
            userAgent is { Length: > 256 } ? userAgent[..256] : userAgent);
        return await accounts.AddSessionAsync(session, passwordChangedAt, ct) ? Sign(account, refresh, expiresAt) : null;
    }

    /// <summary>
    /// Exchanges a refresh token for a new pair, or says why not: <see cref="Errors.Error.InvalidToken"/>, <see cref="Errors.Error.AccountSuspended"/>. One that was exchanged a moment ago gives the same refresh token again, because the answer may have
    /// got lost; one that was exchanged before that ends its log-in.
    /// </summary>
    public async ValueTask<(SignedIn? SignedIn, Error? Refusal)> RefreshAsync(string refreshToken, CancellationToken ct)
    {
        if (RefreshToken.Parse(refreshToken) is not { } presented)
            return (null, Error.InvalidToken);
        var now = time.GetUtcNow();
        var expiresAt = now + options.Value.SessionLifetime;
        var next = presented.Next();
        var rotation = await accounts.RotateAsync(presented.SessionId, presented.Hashes, new NextRefresh(next.Hashes.Secret, _answers.Protect(next.ToString())), now, expiresAt, ct);
        var given = rotation.Outcome switch
        {
            RotationOutcome.Rotated => next,
            RotationOutcome.Repeated => Open(rotation.Sealed!),
            _ => null,
        };
        if (rotation.Outcome == RotationOutcome.Reused)
            checks.Announce(presented.SessionId);
        return given is not null && await accounts.FindAsync(rotation.UserId, ct) is { } account
            ? (Sign(account, given, expiresAt), null)
            : (null, rotation.Outcome == RotationOutcome.Suspended ? Error.AccountSuspended : Error.InvalidToken);
    }

    /// <summary>Ends a log-in: it cannot be extended any more, and on this node its tokens are refused at once.</summary>
    public async ValueTask EndAsync(Guid sessionId, CancellationToken ct)
    {
        await accounts.EndSessionAsync(sessionId, time.GetUtcNow(), ct);
        checks.Announce(sessionId);
    }

    /// <summary>Ends every log-in of a person except one.</summary>
    public async ValueTask EndOthersAsync(UserId userId, Guid? except, CancellationToken ct)
    {
        foreach (var ended in await accounts.EndSessionsAsync(userId, except, time.GetUtcNow(), ct))
            checks.Announce(ended);
    }

    /// <summary>Null when the key it was sealed with is gone.</summary>
    private RefreshToken? Open(string answer)
    {
        try
        {
            return RefreshToken.Parse(_answers.Unprotect(answer));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private SignedIn Sign(Account account, RefreshToken refresh, DateTimeOffset sessionExpiresAt)
    {
        // From now on the token is valid here, even if its role was given a moment ago elsewhere.
        checks.Learn(account.Standing);
        var (token, expiresAt) = tokens.Issue(account.Id, account.Role, null, refresh.SessionId, options.Value.AccessTokenLifetime);
        return new SignedIn(account.Id, token, expiresAt, refresh.ToString(), sessionExpiresAt);
    }
}
