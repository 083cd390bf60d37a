namespace LiveComments.Challenges;

/// <summary>What an answer to a challenge is worth.</summary>
/// <param name="Verdict">Only a right one is ever taken.</param>
/// <param name="Once">Identifies a right answer: it is taken once.</param>
/// <param name="Until">How long it must be remembered that it was taken.</param>
public readonly record struct ChallengeAnswer(ChallengeVerdict Verdict, Guid Once = default, DateTimeOffset Until = default);
