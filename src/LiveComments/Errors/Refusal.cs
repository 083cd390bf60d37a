using LiveComments.Challenges;

namespace LiveComments.Errors;

/// <summary>Why a request is refused, and when to try again.</summary>
/// <param name="Challenge">What to solve, with <see cref="Error.ChallengeRequired"/>; null otherwise.</param>
public readonly record struct Refusal(Error Error, TimeSpan? RetryAfter = null, Challenge? Challenge = null);
