namespace LiveComments.Polls;

/// <summary>A question to the viewers of an event, with choices of which each account picks one.</summary>
/// <param name="Number">Of the event's polls: 1, 2, 3 in the order in which they were opened. Given by the store.</param>
/// <param name="EndsAt">When it closes by itself; null when a moderator closes it.</param>
/// <param name="ClosedAt">Null while it is open.</param>
/// <param name="Revision">Grows with every change but votes: of two states of a poll the higher one holds.</param>
/// <param name="Tally">What was voted so far. From a store it has the counts; viewers get <see cref="ForViewers"/>.</param>
public sealed record Poll(
    PollId Id, EventId Event, int Number, string Question, IReadOnlyList<string> Options, PollResults Results, DateTimeOffset? EndsAt, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, PollStatus Status, long Revision,
    PollTally Tally)
{
    /// <summary>An event has no more polls than this, those that were taken away among them: so many can be listed at once.</summary>
    public const int Most = 200;

    public const int FewestOptions = 2, MostOptions = 10;

    /// <summary>Characters (graphemes) of a question, and of an option.</summary>
    public const int QuestionLength = 200, OptionLength = 80;

    /// <summary>How long a poll may be open that closes by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Whether viewers may see how often each option was chosen.</summary>
    public bool ShowsCounts => Results == PollResults.Live || Status != PollStatus.Open;

    /// <summary>The poll as everybody may see it: without counts while they are secret.</summary>
    public Poll ForViewers() => ShowsCounts ? this : this with { Tally = Tally with { Counts = null } };

    /// <summary>Whether this state holds rather than another one, of the same poll or of an earlier one of the event.</summary>
    public bool IsNewerThan(Poll other) => (Number, Revision).CompareTo((other.Number, other.Revision)) >= 0;
}
