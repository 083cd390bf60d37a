namespace LiveComments.Polls;

/// <summary>What became of a request to open or change a poll.</summary>
/// <param name="Poll">As it is now; null when the request is refused.</param>
/// <param name="IsChanged">False when it was so before.</param>
public readonly record struct PollOutcome(Poll? Poll, bool IsChanged, Error? Error = null, string? Detail = null)
{
    public static PollOutcome Refused(Error error, string? detail = null) => new(null, false, error, detail);
}
