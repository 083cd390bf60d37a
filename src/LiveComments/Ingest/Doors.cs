namespace LiveComments.Ingest;

/// <summary>Where something comes in, as metrics name it.</summary>
public static class Doors
{
    public const string Http = "http";
    public const string WebSocket = "websocket";

    /// <summary>The people who chat in a demo.</summary>
    public const string Demo = "demo";
}
