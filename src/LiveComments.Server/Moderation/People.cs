using LiveComments.Accounts;

namespace LiveComments.Server.Moderation;

/// <summary>Names for ids.</summary>
internal static class People
{
    /// <summary>The profiles of those who have one; nulls and repeated ids are passed over.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public static async ValueTask<IReadOnlyDictionary<UserId, Profile>> ProfilesAsync(this IAccountStore accounts, IEnumerable<UserId?> ids, CancellationToken ct)
    {
        UserId[] named = [.. ids.OfType<UserId>().Distinct()];
        return named.Length == 0 ? new Dictionary<UserId, Profile>() : (await accounts.FindByIdsAsync(named, ct)).ToDictionary(account => account.Id, account => account.Profile);
    }
}
