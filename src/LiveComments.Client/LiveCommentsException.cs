namespace LiveComments.Client;

/// <summary>
/// The server refused something, or could not be asked. Decide by <see cref="Code"/>: the server's are in docs/errors.md, and this client adds those that <see cref="ClientCodes"/> names.
/// </summary>
public sealed class LiveCommentsException : Exception
{
    internal LiveCommentsException(string code, string message, int status = 0, TimeSpan? retryAfter = null, Challenge? challenge = null, Exception? inner = null)
        : base(message, inner) => (Code, Status, RetryAfter, Challenge) = (code, status, retryAfter, challenge);

    /// <summary>What is wrong, stable: such as <c>event-not-live</c>.</summary>
    public string Code { get; }

    /// <summary>The HTTP status; 0 where there was no answer, and on an open stream.</summary>
    public int Status { get; }

    /// <summary>How long to wait before the next try, when the server says.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>What to solve, with the code <c>challenge-required</c>.</summary>
    public Challenge? Challenge { get; }

    /// <summary>The key of the comment that was refused or whose outcome is unknown: posting again with it never doubles the comment.</summary>
    public string? IdempotencyKey { get; internal init; }

    internal LiveCommentsException WithKey(string key) => new(Code, Message, Status, RetryAfter, Challenge, this) { IdempotencyKey = key };
}
