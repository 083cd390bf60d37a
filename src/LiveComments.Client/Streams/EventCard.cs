using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>Something that an event shows beside its comments. Of several states of one card the last in the log holds.</summary>
public sealed record EventCard
{
    /// <summary>Which one it is.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is, such as <c>poll</c>. Pass over types that you do not know.</summary>
    public required string Type { get; init; }

    /// <summary>All of it.</summary>
    public required JsonElement State { get; init; }

    /// <summary>What has become of a question; null for another card.</summary>
    [JsonIgnore]
    public MarkedQuestion? Question => Type == "question" ? State.Deserialize(ClientJson.Default.MarkedQuestion) : null;

    /// <summary>The poll that it is; null for another card.</summary>
    [JsonIgnore]
    public LivePoll? Poll => Type == "poll" ? State.Deserialize(ClientJson.Default.LivePoll) : null;
}
