namespace LiveComments.Events;

/// <summary>The live broadcast that people comment on: the documents' event and video.</summary>
/// <param name="VideoId">A unique alias, 1-64 of <c>[A-Za-z0-9_-]</c>, so that external systems keep their ids; null when none was given.</param>
/// <param name="EventType">For example <c>sports</c>, <c>news</c>, <c>entertainment</c>.</param>
/// <param name="StartTime">When it is planned to start.</param>
/// <param name="StartsItself">True when it goes live by itself at <paramref name="StartTime"/>.</param>
/// <param name="EndTime">When it is planned to end, then when it ended.</param>
/// <param name="Timezone">An IANA name, for showing times.</param>
public sealed record LiveEvent(
    EventId Id,
    string? VideoId,
    string Title,
    string? Description,
    string EventType,
    EventStatus Status,
    DateTimeOffset StartTime,
    bool StartsItself,
    DateTimeOffset? EndTime,
    string Timezone,
    EventSettings Settings,
    UserId CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>When it went live, which may be before or after <see cref="StartTime"/>; null while it has not, or when it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended or was called off; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How strictly what people write is judged.</summary>
    public ModerationLevel ModerationLevel { get; init; } = ModerationLevel.Standard;

    /// <summary>A JSON object for whoever analyses the event, shown to administrators. Of its members the server reads one: what is not counted (<c>Analytics.KeptSetting</c>).</summary>
    public string AnalyticsConfig { get; init; } = "{}";
}
