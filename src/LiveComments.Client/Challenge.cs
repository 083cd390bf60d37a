namespace LiveComments.Client;

/// <summary>What somebody must solve before the server takes their comment: docs/protocol.md says how.</summary>
public sealed record Challenge
{
    /// <summary><c>proof-of-work</c>, or the name of the provider whose puzzle is shown.</summary>
    public required string Kind { get; init; }

    /// <summary>Of a proof of work: what the answer begins with.</summary>
    public string? Token { get; init; }

    /// <summary>Of a proof of work: with how many zero bits the hash must begin.</summary>
    public int? Difficulty { get; init; }

    /// <summary>Of a provider: the public key of the site there.</summary>
    public string? SiteKey { get; init; }

    /// <summary>When it is too late to answer; null when the provider decides that.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
