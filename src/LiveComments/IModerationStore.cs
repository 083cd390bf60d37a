using LiveComments.Log;
using LiveComments.Moderation;

namespace LiveComments;

/// <summary>
/// What moderators work with: held comments, reports, decisions and what follows from them, and the audit log. Every change is flushed before it is answered. Every method may throw <see
/// cref="StoreUnavailableException"/>; calling again is safe.
/// </summary>
public interface IModerationStore
{
    /// <summary>
    /// Keeps comments that wait for a moderator. Idempotent by key and by id: a repeated one is answered as the first was, whatever has become of it; a key that was used with another fingerprint is
    /// refused. Results stand in the order of the drafts: <see cref="AppendResult.Held"/>, <see cref="AppendResult.Shadowed"/> or <see cref="AppendResult.Refused"/>.
    /// </summary>
    ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct);

    /// <summary>Those that wait, in the order of their ids.</summary>
    /// <param name="delayed">Those that are placed by themselves later; otherwise those that wait for a moderator.</param>
    /// <param name="after">Those after this one; null: from the first.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<HeldComment>> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, CancellationToken ct);

    /// <summary>Comments whose delay is over and about which nobody has decided, in the order in which they were held. From now on nobody can; they are answered again until they are <see cref="ReleasedAsync"/>.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<HeldComment>> ReleaseAsync(DateTimeOffset now, int limit, CancellationToken ct);

    /// <summary>Comments of <see cref="ReleaseAsync"/> are placed.</summary>
    ValueTask ReleasedAsync(IReadOnlyCollection<CommentId> comments, DateTimeOffset now, CancellationToken ct);

    /// <summary>The shadowed comments of somebody in one event that have a place after one seq and up to another, the latest first.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(EventId id, UserId author, long afterSeq, long toSeq, int limit, CancellationToken ct);

    /// <summary>The shadowed comments of somebody in all events, the latest ids first.</summary>
    /// <param name="before">Those before this one; null: from the last.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(UserId author, CommentId? before, int limit, CancellationToken ct);

    /// <summary>Somebody takes back a comment of theirs that waits or is shadowed; false when it does neither, or is somebody else's.</summary>
    ValueTask<bool> WithdrawAsync(EventId id, CommentId comment, UserId author, DateTimeOffset now, CancellationToken ct);

    /// <summary>The held comments of these ids, decided or not, in any order; unknown ones are left out.</summary>
    ValueTask<IReadOnlyList<HeldComment>> FindHeldAsync(EventId id, IReadOnlyCollection<CommentId> comments, CancellationToken ct);

    /// <summary>What was held in an event since a time, decided or not, the latest ids first.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<HeldComment>> HeldSinceAsync(EventId id, DateTimeOffset since, int limit, CancellationToken ct);

    /// <summary>What waits of one person's in all events, delayed or not, the latest ids first.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<HeldComment>> WaitingOfAsync(UserId author, int limit, CancellationToken ct);

    /// <summary>Keeps a report; false when this person has reported the comment before.</summary>
    ValueTask<bool> ReportAsync(Report report, CancellationToken ct);

    /// <summary>Comments with reports that wait for a moderator, those with most reports first, of equal ones the lowest id first.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<ReportedComment>> ReportedAsync(EventId id, int limit, CancellationToken ct);

    /// <summary>Settles the reports about comments that are gone.</summary>
    ValueTask SettleAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct);

    /// <summary>
    /// Takes decisions as <see cref="ModerationRules"/> say, all in one transaction, in the order given: what they change, and a line of the audit log for each that is done. Of any number of equal
    /// decisions one is done. No two in one call are about the same comment or person.
    /// </summary>
    ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct);

    /// <summary>A decision that was taken; null when there is none of this id.</summary>
    ValueTask<ModeratorDecision?> FindDecisionAsync(Guid decision, CancellationToken ct);

    /// <summary>Decisions of which something must still follow in an event's log, taken before (not at) a time, in the order in which they were taken.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<ModeratorDecision>> UnfinishedAsync(DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>What must follow from these decisions is done. Finished and unknown ones are passed over.</summary>
    ValueTask FinishAsync(IReadOnlyCollection<Guid> decisions, CancellationToken ct);

    /// <summary>The restrictions that were added or have been ended since a change. A node that asks again and again therefore knows all of them.</summary>
    /// <param name="after">The last change that the caller knows; 0 for all.</param>
    ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct);

    /// <summary>The last lines of the audit log before (not at) one, ascending.</summary>
    /// <param name="id">Of one event; null: the whole log.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(EventId? id, long before, int limit, CancellationToken ct);

    /// <summary>Lines of the whole audit log after a seq, ascending.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct);

    /// <summary>The last decisions about a person or their comments, the latest first.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<ModeratorDecision>> DecisionsAboutAsync(UserId user, int limit, CancellationToken ct);

    /// <summary>The notes about a person, of one event and of all events, the latest first. Those that were taken back or erased are left out.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<ModeratorDecision>> NotesAsync(EventId id, UserId user, int limit, CancellationToken ct);

    /// <summary>The decisions about single comments that a purge consists of: those about the same person by the same moderator at the same time, in their order.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<ModeratorDecision>> PurgedAsync(ModeratorDecision purge, int limit, CancellationToken ct);

    /// <summary>One step of deleting what was held and reported in an event; the audit log stays. True when nothing is left.</summary>
    ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct);

    /// <summary>One step of deleting held comments that were decided about before a time and have nothing to follow, and restrictions that ended before it; true when nothing is left to do now.</summary>
    ValueTask<bool> ForgetAsync(DateTimeOffset before, CancellationToken ct);
}
