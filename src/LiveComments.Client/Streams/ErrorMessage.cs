using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>Something about an open stream is wrong, and it goes on: such as <c>token-expired</c>, after which it is watched without a log-in.</summary>
public sealed record ErrorMessage : StreamMessage
{
    /// <summary>The server's code.</summary>
    public required string Code { get; init; }

    /// <summary>The same for people.</summary>
    [JsonPropertyName("message")]
    public string Text { get => field ?? ""; init; }
}
