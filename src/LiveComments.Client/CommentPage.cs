namespace LiveComments.Client;

/// <summary>Comments that were read together, in the order of the log unless the most popular were asked for.</summary>
public sealed record CommentPage
{
    /// <summary>The comments.</summary>
    public required IReadOnlyList<LiveComment> Comments { get; init; }

    /// <summary>Up to where the page is complete: watching from here has no gap and repeats nothing. Null for the most popular.</summary>
    public LogPosition? Position { get; init; }

    /// <summary>True when <see cref="LiveCommentsClient.NextPageAsync"/> may have more.</summary>
    public bool HasNext => Next is not null;

    /// <summary>True when <see cref="LiveCommentsClient.PreviousPageAsync"/> may have more.</summary>
    public bool HasPrevious => Previous is not null;

    internal Uri? Next { get; init; }

    internal Uri? Previous { get; init; }
}
