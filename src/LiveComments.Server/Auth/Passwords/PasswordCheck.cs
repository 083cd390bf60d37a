using LiveComments.Accounts;
using LiveComments.Server.Auth.TwoFactor;
using Microsoft.AspNetCore.Identity;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>Tells whether somebody knows an account's password, and has its authenticator where there is one.</summary>
internal sealed class PasswordCheck(IAccountStore accounts, PasswordHashing hashing, TotpSecrets totpSecrets, LogInThrottle throttle, TimeProvider time)
{
    /// <summary>Changes to one account's credentials that may come in between before it is given up.</summary>
    private const int Tries = 16;

    /// <summary>
    /// Checks what somebody says at log-in, or before they change what is asked for there: password, and code where there is an authenticator. Every try that is not right
    /// counts. An unknown name takes the time of a wrong password.
    /// </summary>
    /// <param name="account">Null for a name that nobody has.</param>
    /// <param name="code">The authenticator's code; null when none was given.</param>
    /// <param name="change">What becomes of the credentials when all is right; gives null when, as they are, they are not to be changed.</param>
    /// <param name="newPassword">Takes the place of the password when all is right; null: it stays.</param>
    /// <returns>What was right, as it is now, or null and why not. The account must be looked at again then: it may be suspended.</returns>
    public async ValueTask<(Credentials? Right, Refusal Refusal)> CheckAsync(
        UserId? account, SignInSource source, string password, string? code, CancellationToken ct, Func<Credentials, Credentials?>? change = null, string? newPassword = null)
    {
        if (account is not { } id || await accounts.FindCredentialsAsync(id, ct) is not { } credentials)
        {
            using var nobodys = await hashing.TryEnterAsync(source, ct);
            if (nobodys is null)
                return (null, Error.Busy);
            await nobodys.VerifyAsync(null, password);
            return (null, Error.InvalidCredentials);
        }
        if (throttle.Take(id, source) is { } wait)
            return (null, new Refusal(Error.LockedOut, RetryAfter: wait));
        // Until the password is looked at.
        var free = true;
        try
        {
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
                throttle.Forget(id, source);
            else
                free = missing == Error.TotpRequired || missing == Error.StateConflict;
            return missing is not null ? (null, missing)
                // Without the change a code could be used twice.
                : settled is null ? (null, Error.Busy) : (settled, default);
        }
        finally
        {
            if (free)
                throttle.GiveBack(id, source);
        }
    }

    /// <summary>Makes an authenticator count for somebody who has a code of it. Every code that is not right counts as a wrong try at log-in.</summary>
    /// <returns>Null when it counts now.</returns>
    public async ValueTask<Refusal?> ConfirmAuthenticatorAsync(UserId account, SignInSource source, string code, CancellationToken ct)
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
                    ? read with { TotpConfirmed = true, TotpLastStep = step }
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

    /// <summary>The password was right: makes of the credentials what follows, or says what is missing all the same.</summary>
    private async ValueTask<(Credentials? Settled, Error? Missing)> SettleAsync(
        Credentials counted, SignInSource source, string hash, bool isNew, string? code, Func<Credentials, Credentials?>? change)
    {
        Error? missing = Error.InvalidCredentials;
        var settled = await ChangeAsync(counted.UserId, read =>
        {
            // The password was changed meanwhile: what was checked is no longer right.
            missing = Error.InvalidCredentials;
            if (read.PasswordHash != counted.PasswordHash)
                return null;
            missing = null;
            var now = time.GetUtcNow();
            var right = (source.Device is null ? Lockout.Uncount(read) : read) with { PasswordHash = hash, PasswordChangedAt = isNew ? now : read.PasswordChangedAt };
            if (right.TotpConfirmed)
            {
                if (code is null)
                {
                    missing = Error.TotpRequired;
                    return right with { PasswordHash = read.PasswordHash, PasswordChangedAt = read.PasswordChangedAt };
                }
                if (Totp.Match(totpSecrets.Unprotect(right.TotpSecret!), code, now, right.TotpLastStep) is not { } step)
                {
                    missing = Error.TotpInvalid;
                    return null;
                }
                right = right with { TotpLastStep = step };
            }
            if (change is null)
                return right;
            var changed = change(right);
            if (changed is null)
                missing = Error.StateConflict;
            return changed;
        },
            // Whoever hangs up now would leave a right try counted as a wrong one.
            CancellationToken.None);
        return (settled, missing);
    }

    /// <summary>Why strangers may not try; null when they may, and for people on a device they logged in on before.</summary>
    private Refusal? Locked(Credentials credentials, SignInSource source) =>
        source.Device is null && credentials.LockedUntil is { } until && until > time.GetUtcNow() ? new Refusal(Error.LockedOut, RetryAfter: until - time.GetUtcNow()) : default(Refusal?);
}
