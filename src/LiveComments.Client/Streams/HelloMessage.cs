using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>The stream is open: first, and after each cut.</summary>
public sealed record HelloMessage : StreamMessage
{
    /// <summary>It starts after this.</summary>
    public required LogPosition Position { get; init; }

    /// <summary>Where the log ended then: everything has been shown once a batch reaches it.</summary>
    public required LogPosition Head { get; init; }

    /// <summary>The event as it is now.</summary>
    public required LiveEvent Event { get; init; }

    /// <summary>People watching.</summary>
    public int Viewers { get; init; }

    /// <summary>How it comes.</summary>
    [JsonIgnore]
    public StreamTransport Transport { get; init; }
}
