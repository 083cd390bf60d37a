namespace LiveComments.Client;

/// <summary>What goes with a comment.</summary>
public sealed record PostOptions
{
    /// <summary>The comment that it replies to; null for none.</summary>
    public Guid? ReplyTo { get; init; }

    /// <summary>Whether it is asked as a question, where <see cref="EventSettings.Questions"/> are on. A reply cannot be one.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>
    /// 1-64 of <c>A-Z a-z 0-9 _ -</c>: the same key with the same text is stored once in 24 hours, however often it is posted. Null makes a new one for this call and its retries.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The answer to <see cref="LiveCommentsException.Challenge"/>, with the same key as before.</summary>
    public string? ChallengeAnswer { get; init; }
}
