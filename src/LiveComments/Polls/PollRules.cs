namespace LiveComments.Polls;

/// <summary>
/// Decides what becomes of votes and changes. A store gathers the facts inside its transaction, asks here, and writes the result. Stores have no rules of their own, so that all decide alike.
/// </summary>
public static class PollRules
{
    /// <summary>Why a poll does not take a vote; null when it does.</summary>
    /// <param name="poll">Null when the event has no such poll.</param>
    public static Error? RefusalOf(Poll? poll, int option, DateTimeOffset now) => poll switch
    {
        null or { Status: PollStatus.Removed } => Error.PollNotFound,
        { Status: PollStatus.Closed } => Error.PollClosed,
        { EndsAt: { } end } when now >= end => Error.PollClosed,
        { Options.Count: var options } when option < 0 || option >= options => Error.UnknownOption,
        _ => null,
    };

    /// <summary>What becomes of a poll that somebody opens.</summary>
    /// <param name="open">The event's poll that is open; null when none is.</param>
    /// <param name="last">The highest number that a poll of the event has; 0 when it has none.</param>
    public static PollOutcome Open(Poll wanted, Poll? open, int last)
    {
        // Opened again because the answer was lost.
        if (open is not null)
            return open.Question == wanted.Question && open.Options.SequenceEqual(wanted.Options) ? new(open, false) : PollOutcome.Refused(Error.PollOpen);
        return last >= Poll.Most ? PollOutcome.Refused(Error.StateConflict, $"An event has at most {Poll.Most} polls.") : new(wanted with { Number = last + 1 }, true);
    }

    /// <summary>What becomes of a poll that somebody closes or takes away.</summary>
    /// <param name="poll">Null when the event has no such poll.</param>
    public static PollOutcome Change(Poll? poll, PollStatus status, DateTimeOffset now) => poll switch
    {
        null => PollOutcome.Refused(Error.PollNotFound),
        { Status: var was } when was >= status => was == PollStatus.Removed && status != was ? PollOutcome.Refused(Error.PollNotFound) : new(poll, false),
        _ => new(poll with { Status = status, ClosedAt = poll.ClosedAt ?? now, Revision = poll.Revision + 1 }, true),
    };
}
