using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>The server has stored a comment: it survives a crash.</summary>
public sealed record PostedComment
{
    /// <summary>The comment's id, which it keeps when a moderator approves it.</summary>
    [JsonPropertyName("commentID")]
    public required Guid Id { get; init; }

    /// <summary>When the server took it.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Its place in the log; null while it waits.</summary>
    public LogPosition? Position { get; init; }

    /// <summary>True when it waits, for a moderator or until <see cref="ReleaseAt"/>: only its author and moderators see it.</summary>
    [JsonIgnore]
    public bool IsHeld => Position is null;

    /// <summary>When it is shown to everybody if no moderator decides otherwise; null where nothing says so.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>Whom it names.</summary>
    public IReadOnlyList<Mention> Mentions { get => field ?? []; init; }
}
