namespace LiveComments.Challenges;

/// <summary>What somebody must solve before they may write again.</summary>
/// <param name="Kind"><c>proof-of-work</c>, or the name of the provider that shows a puzzle.</param>
public sealed record Challenge(string Kind)
{
    /// <summary>Of a proof of work: what the answer begins with. Null otherwise.</summary>
    public string? Token { get; init; }

    /// <summary>Of a proof of work: zero bits that the hash must begin with. Null otherwise.</summary>
    public int? Difficulty { get; init; }

    /// <summary>Of a provider: the public key of this site there. Null otherwise.</summary>
    public string? SiteKey { get; init; }

    /// <summary>When it is too late to answer; null when the provider decides that.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
