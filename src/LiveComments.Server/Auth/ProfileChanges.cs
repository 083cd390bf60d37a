using LiveComments.Accounts;
using LiveComments.Pictures;

namespace LiveComments.Server.Auth;

/// <summary>Changes the profiles of accounts, again when others change an account meanwhile.</summary>
internal sealed class ProfileChanges(IAccountStore accounts, IPictureStore pictures, Profiles profiles, TimeProvider time)
{
    private const int Tries = 16;

    /// <param name="change">What becomes of the account as it is, or why it stays.</param>
    /// <returns><see cref="Error.Busy"/> when others never stopped changing it.</returns>
    public async ValueTask<ProfileOutcome> ApplyAsync(UserId user, Func<Account, ProfileOutcome> change, CancellationToken ct)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await accounts.FindAsync(user, ct) is not { } account)
                return new(null, Error.UserNotFound);
            if (account.Status == AccountStatus.Erased)
                return new(null, Error.AccountErased);
            var outcome = change(account);
            if (outcome.Account is null)
                return outcome;
            var changed = outcome.Account with { UpdatedAt = time.GetUtcNow() };
            if (!await accounts.ReplaceAsync(changed, ct))
                continue;
            profiles.Forget(user);
            // Nobody has its address any more.
            if (PictureAddress.IsOne(account.AvatarUrl) && !PictureAddress.IsOne(changed.AvatarUrl))
                await pictures.DeleteAsync(PictureSubject.Of(user), ct);
            return new(changed);
        }
        return new(null, Error.Busy);
    }
}
