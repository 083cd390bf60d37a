using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>Entries of the log. The next batch goes on where this one ends: nothing is missing between them, and nothing comes twice.</summary>
public sealed record BatchMessage : StreamMessage
{
    /// <summary>The seq of its first entry.</summary>
    public required long From { get; init; }

    /// <summary>The seq of its last entry.</summary>
    public required long To { get; init; }

    /// <summary>The entries, in order.</summary>
    public required IReadOnlyList<LogEntry> Entries { get; init; }

    /// <summary>
    /// How many comments between <see cref="From"/> and <see cref="To"/> were left out, because the event is too fast to read or this viewer was too slow. Pages have them; 0 with
    /// <see cref="WatchOptions.Everything"/>, as long as the viewer keeps up.
    /// </summary>
    public long Skipped { get; init; }

    /// <summary>Up to here everything was shown. Keep it, and watch <see cref="WatchOptions.After"/> it another time.</summary>
    [JsonIgnore]
    public LogPosition Position { get; init; }
}
