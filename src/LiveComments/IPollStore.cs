using LiveComments.Polls;

namespace LiveComments;

/// <summary>
/// Polls and who has chosen what. The rows are the truth: what an event's log says of a poll follows them, and the counts follow the votes exactly. A vote and the close of its poll are ordered by the
/// store: the counts that a closed poll has are final. Every change is flushed before it is answered. Every method may throw <see cref="StoreUnavailableException"/>; calling again is safe.
/// </summary>
public interface IPollStore
{
    /// <summary>Opens a poll, with the next number of its event. An event has one open poll at most: an equal one is answered, another refused with <see cref="Error.PollOpen"/>.</summary>
    ValueTask<PollOutcome> OpenAsync(Poll poll, CancellationToken ct);

    /// <summary>Closes a poll, or takes it away. From then on no vote is taken. One that is so already stays as it is.</summary>
    ValueTask<PollOutcome> ChangeAsync(EventId id, PollId poll, PollStatus status, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Takes votes in the order given, in one transaction. One vote per person and poll: the last holds. A vote that changes nothing leaves the version alone. Results stand in the order of the drafts and have the
    /// counts after the whole batch.
    /// </summary>
    ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct);

    /// <summary>The polls of an event that were not taken away, by number.</summary>
    ValueTask<IReadOnlyList<Poll>> ListAsync(EventId id, CancellationToken ct);

    /// <summary>A poll in whatever state; null when the event has no such poll.</summary>
    ValueTask<Poll?> FindAsync(EventId id, PollId poll, CancellationToken ct);

    /// <summary>The event's last poll; null when it has none, or that one was taken away.</summary>
    ValueTask<Poll?> LastAsync(EventId id, CancellationToken ct);

    /// <summary>What one person has chosen in the polls of an event.</summary>
    ValueTask<IReadOnlyDictionary<PollId, int>> GivenByAsync(EventId id, UserId user, CancellationToken ct);

    /// <summary>Polls that are open although their time is over, or their event has ended.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Poll>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct);

    /// <summary>The event's log has a revision of a poll. False when the poll has changed since.</summary>
    ValueTask<bool> AnnouncedAsync(Poll poll, CancellationToken ct);

    /// <summary>Polls whose present revision was stored before a time and is not known to be in the log.</summary>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Poll>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>One step of deleting the polls and votes of an event; true when nothing is left.</summary>
    ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct);
}
