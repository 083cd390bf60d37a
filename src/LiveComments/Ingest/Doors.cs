namespace LiveComments.Ingest;

/// <summary>The names of doors in metrics.</summary>
public static class Doors
{
    public const string Http = "http";
    public const string WebSocket = "websocket";
    public const string Kafka = "kafka";

    /// <summary>The crowd of a demo.</summary>
    public const string Demo = "demo";
}
