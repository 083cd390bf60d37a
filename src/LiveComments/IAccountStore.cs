using LiveComments.Accounts;

namespace LiveComments;

/// <summary>
/// People, what they log in with, and where they are logged in. Every change is flushed before it is answered. Every method
/// may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IAccountStore
{
    /// <summary>
    /// Stores a new account, with credentials unless it belongs to an external issuer; null when it is stored.
    /// <see cref="Error.UsernameTaken"/> and <see cref="Error.EmailTaken"/> compare without case;
    /// <see cref="Error.StateConflict"/> when the id has an account already. What was refused left nothing behind.
    /// </summary>
    ValueTask<Error?> AddAsync(Account account, Credentials? credentials, CancellationToken ct);

    ValueTask<Account?> FindAsync(UserId id, CancellationToken ct);

    /// <summary>The accounts of these ids, in any order; unknown ones are left out.</summary>
    ValueTask<IReadOnlyList<Account>> FindByIdsAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct);

    /// <summary>The accounts of these usernames, compared without case, in any order; unknown ones are left out.</summary>
    ValueTask<IReadOnlyList<Account>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct);

    /// <summary>
    /// Replaces an account if it still has the <see cref="Account.Version"/> that was read, and raises the version; false
    /// when somebody else changed it first, so that no change is lost. Id, username, e-mail and creation stay what they are.
    /// </summary>
    ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct);

    /// <summary>Null for accounts of external issuers.</summary>
    ValueTask<Credentials?> FindCredentialsAsync(UserId id, CancellationToken ct);

    /// <summary>
    /// Replaces credentials if they still have the <see cref="Credentials.Version"/> that was read, and raises the version.
    /// Guesses are counted with this, so two at once must never count as one.
    /// </summary>
    ValueTask<bool> ReplaceCredentialsAsync(Credentials credentials, CancellationToken ct);

    /// <summary>
    /// Stores a log-in; false when the account is gone or suspended, or has another password than the one that was checked. Of one account so many are kept as
    /// <see cref="LoginSession.EachUser"/> says: one more ends the oldest.
    /// </summary>
    /// <param name="passwordChangedAt">When the password was set that the log-in was begun with; null when it was begun without one.</param>
    ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct);

    /// <summary>
    /// Exchanges a refresh token for the next in one transaction: of any number of tries with one token exactly one is
    /// <see cref="RotationOutcome.Rotated"/>, and those that come within <see cref="Rotation.Repeatable"/> get what it got. A token of this log-in that was exchanged
    /// longer ago, or before the newest was, was copied by somebody, so it ends the log-in. A token that never was one of this log-in's ends nothing.
    /// For a suspended account nothing is exchanged.
    /// </summary>
    ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>Ends a log-in for ever; false when it was over already.</summary>
    ValueTask<bool> EndSessionAsync(Guid sessionId, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends every log-in of somebody, but for one; gives those that were ended by this.</summary>
    ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// What follows a change, so that a node that asks again and again knows every account whose role or status is not the usual one, and every log-in that
    /// is over: each account that was stored with, or got, another role or status, and each log-in that was ended. Whatever was committed before the call is told of.
    /// </summary>
    /// <param name="after">The last change that is known; 0 for everything there is.</param>
    /// <param name="endedAfter">Log-ins that were over by then are left out: their tokens have expired.</param>
    ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct);

    /// <summary>What has become of log-ins and accounts, as of one moment.</summary>
    ValueTask<Standing> StandingAsync(IReadOnlyCollection<Guid> sessions, IReadOnlyCollection<UserId> users, DateTimeOffset now, CancellationToken ct);
}
