using LiveComments.Stores;

namespace LiveComments.Accounts;

/// <summary>Tells <see cref="SessionChecks"/> what other processes do to accounts and log-ins, such as an operator on the command line.</summary>
/// <param name="tokenLifetime">How long an access token is valid. Log-ins that ended longer ago do not matter any more.</param>
public sealed class AccountWatch(IAccountStore accounts, SessionChecks checks, TimeSpan tokenLifetime, TimeProvider time) : ChangeWatch(time)
{
    private readonly TimeProvider _time = time;
    private long _known;

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        var changes = await accounts.ChangesAsync(_known, _time.GetUtcNow() - tokenLifetime, ct);
        foreach (var standing in changes.Accounts)
            checks.Learn(standing);
        foreach (var session in changes.EndedSessions)
            checks.Announce(session);
        _known = changes.Change;
    }
}
