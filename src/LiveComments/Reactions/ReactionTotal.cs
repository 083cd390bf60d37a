namespace LiveComments.Reactions;

/// <summary>The reactions to all comments of an event together, those to removed comments among them.</summary>
/// <param name="Version">The highest version of the event's tallies; 0 when there are none.</param>
public readonly record struct ReactionTotal(long Version, long Count);
