using LiveComments.Accounts;
using Microsoft.AspNetCore.Identity;

namespace LiveComments.Server.Auth;

/// <summary>Tells whether somebody knows an account's password, and has its authenticator where there is one.</summary>
internal sealed class PasswordCheck(IAccountStore accounts, PasswordHashing hashing, TotpSecrets totpSecrets, TimeProvider time)
{
    /// <summary>Changes to one account's credentials that may come in between before it is given up.</summary>
    private const int Tries = 16;

    /// <summary>Checks what somebody says at log-in. An unknown name takes the time of a wrong password.</summary>
    /// <param name="code">The authenticator's code; null when none was given.</param>
    /// <returns>What was right, or null and why not. The account must be looked at again then: it may be suspended.</returns>
    public async ValueTask<(Credentials? Right, Refusal Refusal)> LogInAsync(Account? account, string password, string? code, CancellationToken ct)
    {
        var credentials = account is null ? null : await accounts.FindCredentialsAsync(account.Id, ct);
        return await CheckAsync(credentials, password, (checkedOnes, now) =>
        {
            if (!checkedOnes.TotpConfirmed)
                return (Lockout.Reset(checkedOnes), null);
            if (code is null)
                return (Lockout.Uncount(checkedOnes), Error.TotpRequired);
            return Totp.Match(totpSecrets.Unprotect(checkedOnes.TotpSecret!), code, now, checkedOnes.TotpLastStep) is { } step
                ? (Lockout.Reset(checkedOnes) with { TotpLastStep = step }, null)
                : (null, Error.TotpInvalid);
        }, ct);
    }

    /// <summary>Replaces a password by another, for somebody who knows it.</summary>
    public async ValueTask<Refusal?> ChangePasswordAsync(Account account, string current, string next, CancellationToken ct)
    {
        if (await accounts.FindCredentialsAsync(account.Id, ct) is not { } credentials)
            return new Refusal(Error.StateConflict, "This account has no password here.");
        if (!PasswordRules.Allow(next, account.Username, account.Email))
            return Error.WeakPassword;
        var (found, refusal) = await CheckAsync(credentials, current, (right, _) => (Lockout.Reset(right), null), ct);
        if (found is null)
            return refusal;
        using var place = await hashing.TryEnterAsync(ct);
        if (place is null)
            return Error.Busy;
        var hash = await place.HashAsync(next);
        var changed = await ChangeAsync(account.Id, now => now with { PasswordHash = hash, PasswordChangedAt = time.GetUtcNow() }, ct);
        return changed is null ? (Refusal?)Error.Busy : null;
    }

    /// <summary>
    /// Applies a change to what the credentials are at that moment, again when somebody else was faster.
    /// </summary>
    /// <param name="change">Gives null when, as they are, they are not to be changed.</param>
    /// <returns>What they are now; null when the change was not made.</returns>
    public async ValueTask<Credentials?> ChangeAsync(UserId id, Func<Credentials, Credentials?> change, CancellationToken ct)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await accounts.FindCredentialsAsync(id, ct) is not { } read || change(read) is not { } changed)
                return null;
            if (await accounts.ReplaceCredentialsAsync(changed, ct))
                return changed;
        }
        return null;
    }

    /// <param name="judge">
    /// Given credentials whose password is right, says what they become (null: stay as they are, with the try counted), and what
    /// is missing all the same.
    /// </param>
    private async ValueTask<(Credentials? Right, Refusal Refusal)> CheckAsync(
        Credentials? credentials, string password, Func<Credentials, DateTimeOffset, (Credentials? Changed, Error? Missing)> judge, CancellationToken ct)
    {
        if (credentials?.LockedUntil is { } until && until > time.GetUtcNow())
            return (null, LockedOut(until));
        using var place = await hashing.TryEnterAsync(ct);
        if (place is null)
            return (null, Error.Busy);
        if (credentials is null)
        {
            await place.VerifyAsync(null, password);
            return (null, Error.InvalidCredentials);
        }
        var now = time.GetUtcNow();
        var id = credentials.UserId;
        DateTimeOffset? locked = null;
        var counted = await ChangeAsync(id, read => (locked = read.LockedUntil) > now ? null : Lockout.Count(read, now), ct);
        if (counted is null)
            return (null, locked is { } end ? LockedOut(end) : Error.Busy);
        var verdict = await place.VerifyAsync(counted.PasswordHash, password);
        if (verdict == PasswordVerificationResult.Failed)
            return (null, Error.InvalidCredentials);
        var rehashed = verdict == PasswordVerificationResult.SuccessRehashNeeded ? await place.HashAsync(password) : counted.PasswordHash;
        Error? missing = Error.InvalidCredentials;
        var settled = await ChangeAsync(id, read =>
        {
            // The password was changed meanwhile: what was checked is no longer right.
            if (read.PasswordHash != counted.PasswordHash)
            {
                missing = Error.InvalidCredentials;
                return null;
            }
            (var changed, missing) = judge(read, now);
            return changed is null ? null : changed with { PasswordHash = rehashed };
        },
            // Whoever hangs up now would leave a right try counted as a wrong one.
            CancellationToken.None);
        if (missing is not null)
            return (null, missing);
        // Without the change a code could be used twice.
        return settled is null ? (null, Error.Busy) : (settled, default);
    }

    private Refusal LockedOut(DateTimeOffset until) => new(Error.LockedOut, RetryAfter: until - time.GetUtcNow());
}
