namespace LiveComments.Moderation.Rules;

/// <summary>What an event's rules say about a comment.</summary>
/// <param name="Verdict">Never <see cref="Verdict.Admit"/>.</param>
/// <param name="Reason">In words for moderators.</param>
public readonly record struct RuleMatch(Verdict Verdict, string Reason);
