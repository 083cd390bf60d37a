namespace LiveComments.Client.Streams;

/// <summary>The event was scheduled, went live or ended.</summary>
public sealed record StatusEntry : LogEntry
{
    /// <summary><c>scheduled</c>, <c>live</c> or <c>ended</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Timestamp { get; init; }
}
