namespace LiveComments.Errors;

/// <summary>Why a request is refused, and when to try again.</summary>
public readonly record struct Refusal(Error Error, TimeSpan? RetryAfter = null);
