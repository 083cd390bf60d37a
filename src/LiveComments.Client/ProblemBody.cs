namespace LiveComments.Client;

/// <summary>Problem details (RFC 9457) with the server's code.</summary>
internal sealed record ProblemBody
{
    public string? Code { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }

    public Challenge? Challenge { get; init; }
}
