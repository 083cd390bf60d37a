namespace LiveComments.Ingest;

/// <summary>Why something is not taken, and when to try again.</summary>
public readonly record struct Refusal(Error Error, TimeSpan? RetryAfter = null);
