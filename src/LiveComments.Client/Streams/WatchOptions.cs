namespace LiveComments.Client.Streams;

/// <summary>From where and how to watch. Without a place it is from now.</summary>
public sealed record WatchOptions
{
    /// <summary>After this position, such as a page's or a batch's.</summary>
    public LogPosition? After { get; init; }

    /// <summary>From the first entry on. A server gives so much of a log at once as its setting <c>Feeds:ResumeEntries</c> says, and a <see cref="ResetMessage"/> where it is longer.</summary>
    public bool FromStart { get; init; }

    /// <summary>True for every comment, also of an event that is too fast to read; otherwise the server may show a sample and say what it left out.</summary>
    public bool Everything { get; init; }

    /// <summary>True for a WebSocket, and server-sent events where none gets through; false for server-sent events alone.</summary>
    public bool WebSocket { get; init; } = true;
}
