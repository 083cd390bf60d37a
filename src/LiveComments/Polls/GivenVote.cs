namespace LiveComments.Polls;

/// <summary>A vote that somebody has given in an event.</summary>
public readonly record struct GivenVote(EventId Event, Vote Vote);
