namespace LiveComments.Moderation;

/// <summary>Restrictions that were added or ended.</summary>
/// <param name="Change">The number of the last change included. The next question asks for what follows it.</param>
public sealed record RestrictionChanges(long Change, IReadOnlyList<Restriction> Restrictions);
