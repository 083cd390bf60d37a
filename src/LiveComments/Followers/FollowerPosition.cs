namespace LiveComments.Followers;

/// <summary>How far a follower has come in an event.</summary>
/// <param name="Log">The last entry that it has read; its seq is 0 before the first.</param>
/// <param name="ReactionVersion">The version of the last tally that it has read; 0 before the first.</param>
public readonly record struct FollowerPosition(Position Log, long ReactionVersion);
