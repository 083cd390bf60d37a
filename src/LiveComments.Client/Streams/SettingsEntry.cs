namespace LiveComments.Client.Streams;

/// <summary>The event is run differently from here on.</summary>
public sealed record SettingsEntry : LogEntry
{
    /// <summary>All settings as they are now.</summary>
    public required EventSettings Settings { get; init; }
}
