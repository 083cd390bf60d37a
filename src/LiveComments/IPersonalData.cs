using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Polls;

namespace LiveComments;

/// <summary>
/// What the store has about one person beside the logs (<see cref="IPersonalLogData"/>): to be handed out to them, and to be erased. Every change is flushed before it is answered. Every method may
/// throw <see cref="StoreUnavailableException"/>; calling again is safe.
/// </summary>
public interface IPersonalData
{
    /// <summary>The log-ins that are kept, also those that are over, the oldest first; at most <see cref="Accounts.LoginSession.EachUser"/>.</summary>
    ValueTask<IReadOnlyList<LogIn>> LogInsAsync(UserId user, CancellationToken ct);

    /// <summary>The events that somebody was admitted to or has joined, in the order of their ids.</summary>
    /// <param name="after">Those after this one; null: from the first.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participation>> ParticipationsAsync(UserId user, EventId? after, int limit, CancellationToken ct);

    /// <summary>Their comments that were held, whatever has become of them, in the order of their ids.</summary>
    /// <inheritdoc cref="ParticipationsAsync"/>
    ValueTask<IReadOnlyList<HeldComment>> HeldAsync(UserId author, CommentId? after, int limit, CancellationToken ct);

    /// <summary>Their reports, in the order of the comments' ids, without those whose reasons were erased.</summary>
    /// <inheritdoc cref="ParticipationsAsync"/>
    ValueTask<IReadOnlyList<Report>> ReportsAsync(UserId by, CommentId? after, int limit, CancellationToken ct);

    /// <summary>Their votes in polls, in the order of the polls' ids.</summary>
    /// <inheritdoc cref="ParticipationsAsync"/>
    ValueTask<IReadOnlyList<GivenVote>> VotesAsync(UserId by, PollId? after, int limit, CancellationToken ct);

    /// <summary>Lines of the audit log about them or their comments, ascending.</summary>
    /// <param name="after">Those after this seq.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<AuditEntry>> DecisionsAsync(UserId about, long after, int limit, CancellationToken ct);

    /// <summary>
    /// Ends an account for ever, in one transaction: its name, address, picture, preferences, password, authenticator and log-ins are deleted, its name and address are free again, and its id stays with
    /// <see cref="Accounts.AccountStatus.Erased"/>. What else it left is due to be erased (<see cref="DueAsync"/>). An id without an account is marked likewise. False when it was erased before.
    /// </summary>
    ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct);

    /// <summary>Erasures that are due at a time and not finished, in any order.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Erasure>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct);

    /// <summary>
    /// One step of erasing what a person left beside the logs: held comments in whatever state, the reasons of their reports and of reports about what was held, reasons and salts of audit lines about or by them,
    /// restrictions, participations and votes in polls, whose counts stay. True when nothing is left.
    /// </summary>
    ValueTask<bool> EraseAsync(UserId user, CancellationToken ct);

    /// <summary>Settles the reports about comments that <see cref="IPersonalLogData.SweepAsync"/> has erased, and erases their reasons, which are about the comments' author.</summary>
    ValueTask EraseReportsAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct);

    /// <summary>An erasure is done as far as possible now, and is due once more.</summary>
    ValueTask RepeatAsync(UserId user, DateTimeOffset due, CancellationToken ct);

    /// <summary>An erasure is finished. No copy of what was erased is left in the store's own files, except where its documentation says so.</summary>
    ValueTask FinishAsync(UserId user, CancellationToken ct);
}
