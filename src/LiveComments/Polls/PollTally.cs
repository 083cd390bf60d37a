namespace LiveComments.Polls;

/// <summary>What was voted in a poll: absolute numbers with a version that grows with every committed change, so that the newer of two tallies is known.</summary>
/// <param name="Votes">How many people have voted.</param>
/// <param name="Counts">How often each option was chosen, in their order; null while that is secret.</param>
public sealed record PollTally(PollId Poll, long Version, int Votes, IReadOnlyList<int>? Counts)
{
    /// <summary>Of a poll in which nobody has voted.</summary>
    public static PollTally Empty(PollId poll, int options) => new(poll, 0, 0, new int[options]);
}
