using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>One entry of an event's log. Switch on the type.</summary>
[JsonConverter(typeof(LogEntryConverter))]
public abstract record LogEntry
{
    private protected LogEntry()
    {
    }

    /// <summary>Its number in the log: 1, 2, 3 and so on, for everybody the same.</summary>
    public required long Seq { get; init; }
}
