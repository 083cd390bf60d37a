namespace LiveComments.PersonalData;

/// <summary>
/// Erases guests who have not come back. Whoever has an account is erased when they ask for it; a guest cannot ask once their log-in is over. Of a guest whose comments are gone with their events, nothing is
/// left afterwards but an id, which names nobody, under reactions and in the audit log.
/// </summary>
public sealed class AbsentGuests(IAccountStore accounts, IPersonalData data, ICommentQueries comments, TimeProvider time)
{
    private const int Page = 100;

    /// <summary>Erases those who have not come since a time and of whom no comment is left; how many they were.</summary>
    /// <param name="pause">Between two steps, so that live traffic goes on.</param>
    /// <exception cref="StoreUnavailableException">The rest is erased another time.</exception>
    public async ValueTask<int> EraseAsync(DateTimeOffset since, TimeSpan pause, CancellationToken ct)
    {
        var erased = 0;
        UserId? last = null;
        while (await accounts.AbsentGuestsAsync(since, last, Page, ct) is { Count: > 0 } absent)
        {
            foreach (var guest in absent)
            {
                if ((await comments.ByAuthorAsync(guest, null, 1, ct)).Count > 0)
                    continue;
                while (!await data.EraseAsync(guest, ct))
                    await Task.Delay(pause, time, ct);
                if (await accounts.DeleteGuestAsync(guest, since, ct))
                    erased++;
            }
            last = absent[^1];
            await Task.Delay(pause, time, ct);
        }
        return erased;
    }
}
