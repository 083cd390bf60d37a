namespace LiveComments.Polls;

/// <summary>What somebody chooses in a poll.</summary>
/// <param name="Option">Counted from 0. Nothing in it is checked: the poll may have fewer.</param>
public readonly record struct Vote(PollId Poll, int Option);
