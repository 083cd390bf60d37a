namespace LiveComments.Analytics;

/// <summary>One thing that happened in an event, for analysis. It has no text, no name and no address, and no id of a person.</summary>
/// <param name="Time">When it happened, to the millisecond.</param>
public readonly record struct AnalyticsRow(EventId Event, DateTimeOffset Time, AnalyticsAction Action)
{
    /// <summary>The comment that it is about; the empty id where it is about none.</summary>
    public CommentId Comment { get; init; }

    /// <summary>The entry of the event's log that it was read from, by which a store knows it again; the default where it was not read from a log.</summary>
    public Position Entry { get; init; }

    /// <summary>Who wrote the comment, as <see cref="AuthorHash"/>; 0 where nobody did, or it is not known.</summary>
    public ulong Author { get; init; }

    /// <summary>The characters (code points) of the comment's text; 0 where they are not known.</summary>
    public int Length { get; init; }

    /// <summary>Why, a stable word: see <see cref="AnalyticsAction.Refused"/> and <see cref="AnalyticsAction.Held"/>. Null where there is no reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The kind of program, as <see cref="Platforms"/> names it; null where it is not known.</summary>
    public string? Platform { get; init; }

    /// <summary>From where it was written; null where it is not known.</summary>
    public Locality? From { get; init; }

    /// <summary>From the arrival of the comment to its answer, in milliseconds; null where it is not kept.</summary>
    public int? LatencyMs { get; init; }

    /// <summary>How many; see <see cref="AnalyticsAction"/>.</summary>
    public long Count { get; init; } = 1;
}
