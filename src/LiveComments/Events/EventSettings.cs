using LiveComments.Reactions;

namespace LiveComments.Events;

/// <summary>How an event is run: the documents' <c>comment_settings</c>. Absent values mean the default.</summary>
public sealed record EventSettings
{
    /// <summary>Anybody reads, or participants only.</summary>
    public Visibility Visibility { get; init; } = Visibility.Public;

    /// <summary>Reactions people may give; all when null.</summary>
    public IReadOnlyList<ReactionType>? ReactionTypes { get; init; }

    /// <summary>Seconds between two comments of one viewer; 0 is off, at most 3,600. Moderators are exempt.</summary>
    public int SlowModeSeconds { get; init; }

    /// <summary>
    /// Viewers watching at once; a viewer beyond it is answered 503 <c>event-full</c>. Null: as many as the server holds. Moderators and administrators are not counted, and an admitted
    /// viewer is refused only when admitted viewers fill the event: <see cref="Viewers.Seats"/>.
    /// </summary>
    public int? MaxParticipants { get; init; }

    /// <summary>Comments are taken this many minutes before the planned start; at most 1,440.</summary>
    public int OpenBeforeStartMinutes { get; init; }

    /// <summary>Where the video is: https, or a path on this server; at most 2,048 characters.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>Its picture, which was uploaded: a path on every node (<see cref="Pictures.PictureAddress"/>); null without one.</summary>
    public string? PictureUrl { get; init; }

    /// <summary>True keeps comments and reactions for replay when the retention time has passed.</summary>
    public bool Keep { get; init; }

    /// <summary>Whose comments have links. Addresses in the event's description always are links.</summary>
    public CommentLinks Links { get; init; }

    /// <summary>True lets people write under a nickname, without an account: as guests.</summary>
    public bool Guests { get; init; }

    /// <summary>True lets people ask questions, which others vote up and moderators mark as answered.</summary>
    public bool Questions { get; init; }

    /// <summary>Characters (code points) of <see cref="Welcome"/>.</summary>
    public const int WelcomeLength = 500;

    /// <summary>What a viewer is told above the field for writing, until they put it away; null for nothing. Plain text, in which http and https addresses are links.</summary>
    public string? Welcome { get; init; }

    /// <summary>The most <see cref="EmbedOrigins"/>.</summary>
    public const int MaxEmbedOrigins = 20;

    /// <summary>Origins (<c>https://www.example.org</c>) whose pages may show the chat in a frame, beside those that the operator allows for every event; null for none.</summary>
    public IReadOnlyList<string>? EmbedOrigins { get; init => field = value is { Count: > 0 } ? value : null; }

    /// <summary>What viewers may write for now; null when no mode is on.</summary>
    public RoomModes? Modes { get; init => field = value == RoomModes.None ? null : value; }

    public static EventSettings Default { get; } = new();

    public bool Allows(ReactionType type) => ReactionTypes is null || ReactionTypes.Contains(type);

    /// <summary>The time between two comments of one viewer; zero without slow mode.</summary>
    public TimeSpan Pace() => TimeSpan.FromSeconds(Modes is { Shield: true } ? Math.Max(SlowModeSeconds, RoomModes.ShieldSlowModeSeconds) : SlowModeSeconds);

    public bool Equals(EventSettings? other) => other is not null
        && Visibility == other.Visibility && SlowModeSeconds == other.SlowModeSeconds && MaxParticipants == other.MaxParticipants
        && OpenBeforeStartMinutes == other.OpenBeforeStartMinutes && VideoUrl == other.VideoUrl && PictureUrl == other.PictureUrl && Keep == other.Keep && Links == other.Links && Guests == other.Guests && Questions == other.Questions && Welcome == other.Welcome && Modes == other.Modes
        && (EmbedOrigins ?? []).SequenceEqual(other.EmbedOrigins ?? [])
        && (ReactionTypes ?? []).SequenceEqual(other.ReactionTypes ?? []) && ReactionTypes is null == other.ReactionTypes is null;

    public override int GetHashCode() => HashCode.Combine(Visibility, SlowModeSeconds, MaxParticipants, OpenBeforeStartMinutes, VideoUrl, Keep, Modes, ReactionTypes?.Count);
}
