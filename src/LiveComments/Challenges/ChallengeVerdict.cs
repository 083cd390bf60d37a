namespace LiveComments.Challenges;

/// <summary>What an answer to a challenge is worth.</summary>
public enum ChallengeVerdict
{
    Right,

    /// <summary>It does not solve the challenge, or the challenge was another person's or another event's.</summary>
    Wrong,

    /// <summary>It solves a challenge that has expired.</summary>
    Late,

    /// <summary>The provider did not say; another challenge is asked meanwhile.</summary>
    Unknown,
}
