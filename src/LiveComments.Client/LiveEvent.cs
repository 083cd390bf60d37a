using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>What people watch and comment on.</summary>
public sealed record LiveEvent
{
    /// <summary>Its id, which never changes.</summary>
    [JsonPropertyName("eventID")]
    public required Guid Id { get; init; }

    /// <summary>What stands for it in addresses: its alias, or its id.</summary>
    [JsonPropertyName("videoID")]
    public required string VideoId { get; init; }

    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>More about it; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>What kind of event it is, in the words of who made it.</summary>
    public string EventType { get => field ?? ""; init; }

    /// <summary><c>scheduled</c>, <c>live</c> or <c>ended</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it is planned to start.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>When it is planned to end; null when nobody said.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>When it went live; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it is run.</summary>
    public EventSettings Settings { get => field ?? new(); init; }

    /// <summary>The comment that is pinned; null for none.</summary>
    public LiveComment? Pinned { get; init; }

    /// <summary>The comment on stage; null for none.</summary>
    public LiveComment? Stage { get; init; }

    /// <summary>The last poll, open or closed; null for none.</summary>
    public LivePoll? Poll { get; init; }

    /// <summary>People watching when this was read.</summary>
    public int Viewers { get; init; }
}
