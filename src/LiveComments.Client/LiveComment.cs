using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>A comment as everybody is shown it. Its text is text, never HTML.</summary>
public sealed record LiveComment
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("commentID")]
    public required Guid Id { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("userID")]
    public required Guid UserId { get; init; }

    /// <summary>The author's name for mentions.</summary>
    public required string Username { get; init; }

    /// <summary>The author's name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The author's picture, wherever they put it; null for none.</summary>
    public string? AvatarUrl { get; init; }

    /// <summary>Whether the author wrote under a nickname, without an account.</summary>
    [JsonPropertyName("guest")]
    public bool IsGuest { get; init; }

    /// <summary><c>moderator</c> or <c>administrator</c>; null for everybody else.</summary>
    public string? Role { get; init; }

    /// <summary>What they wrote.</summary>
    [JsonPropertyName("commentText")]
    public required string Text { get; init; }

    /// <summary>When the server took it.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Its place in the event's log, which orders comments.</summary>
    public LogPosition Position { get; init; }

    /// <summary>The first comment of the thread that this replies to; null for no reply.</summary>
    [JsonPropertyName("replyToCommentID")]
    public Guid? ReplyTo { get; init; }

    /// <summary><c>open</c> or <c>answered</c> for one that was asked as a question; null for others. A stream says what becomes of it later: <see cref="Streams.EventCard.Question"/>.</summary>
    public string? Question { get; init; }

    /// <summary>How many replies it had when this was read. Comments of a stream are new: they have none.</summary>
    public int ReplyCount { get; init; }

    /// <summary>Whom it names.</summary>
    public IReadOnlyList<Mention> Mentions { get => field ?? []; init; }

    /// <summary>Reactions by the plural of their name, such as <c>likes</c>, when this was read; those that nobody gave are left out.</summary>
    public IReadOnlyDictionary<string, int> Reactions { get => field ?? EmptyCounts.Instance; init; }

    /// <summary>What the caller gave to it, such as <c>like</c>; null for nothing, and always in a stream.</summary>
    public string? MyReaction { get; init; }
}
