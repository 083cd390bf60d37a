using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>A question to the viewers of an event. Of two states of one poll the one with the higher <see cref="Revision"/> holds, of two counts that with the higher <see cref="Version"/>.</summary>
public sealed record LivePoll
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("pollID")]
    public required Guid Id { get; init; }

    /// <summary>Counts the event's polls in the order in which they were opened: 1, 2, 3.</summary>
    public required int Number { get; init; }

    /// <summary>Grows with every change but votes.</summary>
    public required long Revision { get; init; }

    /// <summary><c>open</c>, <c>closed</c>, or <c>removed</c>: of a poll that was taken away there is nothing else.</summary>
    public required string Status { get; init; }

    /// <summary>What is asked.</summary>
    public string Question { get => field ?? ""; init; }

    /// <summary>What people choose from.</summary>
    public IReadOnlyList<string> Options { get => field ?? []; init; }

    /// <summary>When viewers are told the counts: <c>live</c>, or once it is <c>closed</c>.</summary>
    public string Results { get => field ?? "live"; init; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When it closes by itself; null when a moderator closes it.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When it was closed; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Of the counts.</summary>
    public long Version { get; init; }

    /// <summary>How many people have voted.</summary>
    public int Votes { get; init; }

    /// <summary>How often each option was chosen, in their order; null while that is secret.</summary>
    public IReadOnlyList<int>? Counts { get; init; }

    /// <summary>What the caller has chosen, counted from 0; null for nothing, and where it is not said. Only a list of polls says it.</summary>
    public int? MyOption { get; init; }
}
