using LiveComments.Accounts;

namespace LiveComments;

/// <summary>
/// Accounts, credentials and log-ins. Every change is flushed before it is answered. Every method
/// may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IAccountStore
{
    /// <summary>
    /// Stores a new account, with credentials unless it belongs to an external issuer; null when it is stored.
    /// <see cref="Error.UsernameTaken"/> and <see cref="Error.EmailTaken"/> compare without case;
    /// <see cref="Error.StateConflict"/> when the id has an account already. A refusal stores nothing.
    /// </summary>
    ValueTask<Error?> AddAsync(Account account, Credentials? credentials, CancellationToken ct);

    ValueTask<Account?> FindAsync(UserId id, CancellationToken ct);

    /// <summary>The accounts of these ids, in any order; unknown ones are left out.</summary>
    ValueTask<IReadOnlyList<Account>> FindByIdsAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct);

    /// <summary>The accounts of these usernames, compared without case, in any order; unknown ones are left out.</summary>
    ValueTask<IReadOnlyList<Account>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct);

    /// <summary>The account with this e-mail address, compared without case; null when nobody has it.</summary>
    ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct);

    /// <summary>
    /// Replaces an account if it still has the <see cref="Account.Version"/> that was read, and raises the version; false
    /// when somebody else changed it first, so that no change is lost. Id, username, e-mail and creation stay what they are. An erased account is not replaced.
    /// </summary>
    ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct);

    /// <summary>
    /// Makes an account of a guest: stores its username, e-mail address and display name, and the credentials; null when they are stored. Everything else, also its log-ins, stays what it is.
    /// <see cref="Error.UsernameTaken"/> and <see cref="Error.EmailTaken"/> as of <see cref="AddAsync"/>; <see cref="Error.StateConflict"/> when the id is no active guest's. A refusal stores nothing.
    /// </summary>
    ValueTask<Error?> KeepGuestAsync(Account account, Credentials credentials, CancellationToken ct);

    /// <summary>Guests who have not come since a time, neither new nor with a refresh token, in the order of their ids.</summary>
    /// <param name="after">Those after this one; null: from the first.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<UserId>> AbsentGuestsAsync(DateTimeOffset since, UserId? after, int limit, CancellationToken ct);

    /// <summary>Deletes a guest and their log-ins; false when they have come since, or are no guest any more.</summary>
    ValueTask<bool> DeleteGuestAsync(UserId id, DateTimeOffset since, CancellationToken ct);

    /// <summary>Null for guests and for accounts of external issuers.</summary>
    ValueTask<Credentials?> FindCredentialsAsync(UserId id, CancellationToken ct);

    /// <summary>
    /// Replaces credentials if they still have the <see cref="Credentials.Version"/> that was read, and raises the version.
    /// Failed guesses are counted with this, so two at once must never count as one.
    /// </summary>
    ValueTask<bool> ReplaceCredentialsAsync(Credentials credentials, CancellationToken ct);

    /// <summary>
    /// Stores a log-in; false when the account is gone or suspended, or has another password than the one that was checked. Of one account so many are kept as
    /// <see cref="LoginSession.EachUser"/> says: one more ends the oldest.
    /// </summary>
    /// <param name="passwordChangedAt">When the password that was checked had been set; null for a log-in without a password.</param>
    ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct);

    /// <summary>
    /// Exchanges a refresh token for the next in one transaction: of any number of tries with one token exactly one is
    /// <see cref="RotationOutcome.Rotated"/>, and those that come within <see cref="Rotation.Repeatable"/> get what it got. A token of this log-in that was exchanged
    /// longer ago, or before the newest was, was copied by somebody, so it ends the log-in. A token that never belonged to this log-in ends nothing. A suspended account exchanges nothing.
    /// </summary>
    ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>Ends a log-in for ever; false when it was over already.</summary>
    ValueTask<bool> EndSessionAsync(Guid sessionId, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends every log-in of a person except one; returns those that this call ended.</summary>
    ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// The changes after a given one: each account that was stored with, or got, another role or status than the usual one, and each log-in that was ended. A node that asks again and again
    /// therefore knows all of them. Everything committed before the call is included.
    /// </summary>
    /// <param name="after">The last change that the caller knows; 0 for all.</param>
    /// <param name="endedAfter">Log-ins that ended before this are left out: their tokens have expired.</param>
    ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct);

    /// <summary>The standing of log-ins and accounts at one moment.</summary>
    ValueTask<Standing> StandingAsync(IReadOnlyCollection<Guid> sessions, IReadOnlyCollection<UserId> users, DateTimeOffset now, CancellationToken ct);
}
