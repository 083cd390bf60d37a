namespace LiveComments.Client;

/// <summary>How an event is run. The server may know more settings than this.</summary>
public sealed record EventSettings
{
    /// <summary><c>public</c>, or <c>private</c> for those who were admitted.</summary>
    public string Visibility { get => field ?? "public"; init; }

    /// <summary>The reactions that people may give, such as <c>like</c>; null for all.</summary>
    public IReadOnlyList<string>? ReactionTypes { get; init; }

    /// <summary>Seconds between two comments of one viewer; 0 for none.</summary>
    public int SlowModeSeconds { get; init; }

    /// <summary>Viewers at once; null for as many as the server holds.</summary>
    public int? MaxParticipants { get; init; }

    /// <summary>Comments are taken this many minutes before the planned start.</summary>
    public int OpenBeforeStartMinutes { get; init; }

    /// <summary>Where the video is; null for none.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>Its picture: a path on the server, such as <c>/pictures/...?v=1</c>.</summary>
    public string? PictureUrl { get; init; }

    /// <summary>Whether people may write under a nickname, without an account: <see cref="LiveCommentsClient.ComeAsGuestAsync"/>.</summary>
    public bool Guests { get; init; }

    /// <summary>What viewers are told before they write, plain text; null for nothing.</summary>
    public string? Welcome { get; init; }

    /// <summary>Whether people may ask questions: <see cref="PostOptions.IsQuestion"/>.</summary>
    public bool Questions { get; init; }
}
