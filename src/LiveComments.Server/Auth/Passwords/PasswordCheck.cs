using LiveComments.Accounts;
using LiveComments.Server.Auth.TwoFactor;
using Microsoft.AspNetCore.Identity;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>Checks an account's password, and its authenticator code if it has one.</summary>
internal sealed class PasswordCheck(IAccountStore accounts, PasswordHashing hashing, TotpSecrets totpSecrets, LogInThrottle throttle, RecoveryAudit audit, TimeProvider time)
{
    /// <summary>How often a change of credentials is retried when others change them meanwhile.</summary>
    private const int Tries = 16;

    /// <summary>Checks the password, and the code if the account has an authenticator, before a change of either. Every wrong try counts.</summary>
    /// <param name="code">The authenticator's code, or a recovery code, which is used up; null when none was given.</param>
    /// <param name="change">The new credentials when all is right; null to leave them as they are.</param>
    /// <param name="newPassword">Replaces the password when all is right; null keeps it.</param>
    /// <returns>The checked credentials as they are now, or null and the reason. The caller must still check whether the account is suspended.</returns>
    public ValueTask<(Credentials? Right, Refusal Refusal)> CheckAsync(
        UserId account, SignInSource source, string password, string? code, CancellationToken ct, Func<Credentials, Credentials?>? change = null, string? newPassword = null) =>
        CheckAsync(account, account, source, password, code, change, newPassword, ct);

    /// <summary>
    /// Checks the password, and the code if the account has an authenticator, at log-in. Every wrong try counts. A name or an e-mail address that nobody has takes as long as a wrong password,
    /// and is answered and slowed down in the same way.
    /// </summary>
    /// <param name="account">Null for a name or an e-mail address that nobody has.</param>
    /// <param name="countedAs">The id by which the address's wrong tries are counted: <see cref="LogInName.Counted"/>.</param>
    /// <returns>As of a check before a change.</returns>
    public ValueTask<(Credentials? Right, Refusal Refusal)> LogInAsync(UserId? account, UserId countedAs, SignInSource source, string password, string? code, CancellationToken ct) =>
        CheckAsync(account, countedAs, source, password, code, null, null, ct);

    private async ValueTask<(Credentials? Right, Refusal Refusal)> CheckAsync(
        UserId? account, UserId countedAs, SignInSource source, string password, string? code, Func<Credentials, Credentials?>? change, string? newPassword, CancellationToken ct)
    {
        if (throttle.Take(countedAs, source) is { } wait)
            return (null, new Refusal(Error.LockedOut, RetryAfter: wait));
        // Until the password is looked at.
        var free = true;
        try
        {
            var id = account ?? countedAs;
            // Also asked for nobody, so that the time does not tell who has an account.
            if (await accounts.FindCredentialsAsync(id, ct) is not { } credentials)
            {
                using var nobodys = await hashing.TryEnterAsync(source, ct);
                if (nobodys is null)
                    return (null, Error.Busy);
                free = false;
                await nobodys.VerifyAsync(null, password);
                return (null, Error.InvalidCredentials);
            }
            if (Locked(credentials, source) is { } locked)
                return (null, locked);
            using var place = await hashing.TryEnterAsync(source, ct);
            if (place is null)
                return (null, Error.Busy);
            if (source.Device is null)
            {
                Credentials? seen = null;
                var counted = await ChangeAsync(id, read => Lockout.Count(seen = read, time.GetUtcNow()), ct);
                if (counted is null)
                    return (null, seen is not null && Locked(seen, source) is { } meanwhile ? meanwhile : Error.Busy);
                credentials = counted;
            }
            free = false;
            var verdict = await place.VerifyAsync(credentials.PasswordHash, password);
            if (verdict == PasswordVerificationResult.Failed)
                return (null, Error.InvalidCredentials);
            var hash = newPassword is not null ? await place.HashAsync(newPassword)
                : verdict == PasswordVerificationResult.SuccessRehashNeeded ? await place.HashAsync(password)
                : credentials.PasswordHash;
            var (settled, missing) = await SettleAsync(credentials, source, hash, newPassword is not null, code, change);
            if (missing is null)
                throttle.Forget(countedAs, source);
            else
                free = missing == Error.TotpRequired || missing == Error.StateConflict;
            return missing is not null ? (null, missing)
                // Without the change a code could be used twice.
                : settled is null ? (null, Error.Busy) : (settled, default);
        }
        finally
        {
            if (free)
                throttle.GiveBack(countedAs, source);
        }
    }

    /// <summary>Confirms an authenticator with one of its codes. Every wrong code counts as a wrong try at log-in.</summary>
    /// <param name="recoveryCodes">What the store is to have of the codes for when it is lost.</param>
    /// <returns>Null when it is confirmed.</returns>
    public async ValueTask<Refusal?> ConfirmAuthenticatorAsync(UserId account, SignInSource source, string code, string recoveryCodes, CancellationToken ct)
    {
        if (throttle.Take(account, source) is { } wait)
            return new Refusal(Error.LockedOut, RetryAfter: wait);
        var refused = Error.StateConflict;
        try
        {
            var changed = await ChangeAsync(account, read =>
            {
                refused = Error.StateConflict;
                if (read.TotpSecret is not { } secret || read.TotpConfirmed)
                    return null;
                refused = Error.TotpInvalid;
                return Totp.Match(totpSecrets.Unprotect(secret), code, time.GetUtcNow(), read.TotpLastStep) is { } step
                    ? read with { TotpConfirmed = true, TotpLastStep = step, RecoveryCodes = recoveryCodes }
                    : null;
            }, ct);
            if (changed is null)
                return refused;
            refused = Error.StateConflict;
            return null;
        }
        finally
        {
            if (refused != Error.TotpInvalid)
                throttle.GiveBack(account, source);
        }
    }

    /// <summary>
    /// Applies a change to the current credentials, and retries when somebody else was faster.
    /// </summary>
    /// <param name="change">Returns null to leave them as they are.</param>
    /// <returns>The new credentials; null when the change was not made.</returns>
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

    /// <summary>The password was right: returns the new credentials, or says what is still missing.</summary>
    private async ValueTask<(Credentials? Settled, Error? Missing)> SettleAsync(
        Credentials counted, SignInSource source, string hash, bool isNew, string? code, Func<Credentials, Credentials?>? change)
    {
        Error? missing = Error.InvalidCredentials;
        int? left = null;
        var settled = await ChangeAsync(counted.UserId, read =>
        {
            left = null;
            // The password was changed meanwhile, so the check no longer holds.
            missing = Error.InvalidCredentials;
            if (read.PasswordHash != counted.PasswordHash)
                return null;
            missing = null;
            var now = time.GetUtcNow();
            var right = (source.Device is null ? Lockout.Uncount(read) : read) with { PasswordHash = hash };
            // A link that was asked for before is not needed any more.
            if (isNew)
                right = right with { PasswordChangedAt = now, ResetHash = null, ResetUntil = null };
            if (right.TotpConfirmed)
            {
                if (code is null)
                {
                    missing = Error.TotpRequired;
                    return right with { PasswordHash = read.PasswordHash, PasswordChangedAt = read.PasswordChangedAt, ResetHash = read.ResetHash, ResetUntil = read.ResetUntil };
                }
                if (RecoveryCodes.IsOne(code) && RecoveryCodes.Use(right.RecoveryCodes, right.UserId, code) is { } unused)
                {
                    left = RecoveryCodes.Left(unused);
                    right = right with { RecoveryCodes = unused };
                }
                else if (Totp.Match(totpSecrets.Unprotect(right.TotpSecret!), code, now, right.TotpLastStep) is { } step)
                {
                    right = right with { TotpLastStep = step };
                }
                else
                {
                    missing = Error.TotpInvalid;
                    return null;
                }
            }
            if (change is null)
                return right;
            var changed = change(right);
            if (changed is null)
                missing = Error.StateConflict;
            return changed;
        },
            // Not cancelled: a successful try would stay counted as a wrong one.
            CancellationToken.None);
        if (settled is not null && left is { } rest)
            await audit.UsedAsync(counted.UserId, rest);
        return (settled, missing);
    }

    /// <summary>Why strangers may not try; null when they may, and on a device that logged in before.</summary>
    private Refusal? Locked(Credentials credentials, SignInSource source) =>
        source.Device is null && credentials.LockedUntil is { } until && until > time.GetUtcNow() ? new Refusal(Error.LockedOut, RetryAfter: until - time.GetUtcNow()) : default(Refusal?);
}
