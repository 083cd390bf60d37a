using System.Globalization;

namespace LiveComments.Client;

/// <summary>Which comments of an event to read. Without a place it is the newest page. One place at most may be given.</summary>
public sealed record CommentQuery
{
    /// <summary>Those after this position, oldest first.</summary>
    public LogPosition? After { get; init; }

    /// <summary>The last ones before this position.</summary>
    public LogPosition? Before { get; init; }

    /// <summary>From the first comment on.</summary>
    public bool FromStart { get; init; }

    /// <summary>Those of this time or later, oldest first.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only the replies to this comment.</summary>
    public Guid? Parent { get; init; }

    /// <summary>Those with the most reactions, most first. It goes with <see cref="Limit"/> alone.</summary>
    public bool Popular { get; init; }

    /// <summary>How many at most, 1 to 500; null leaves it to the server.</summary>
    public int? Limit { get; init; }

    internal string ToQuery()
    {
        (string Name, string? Value)[] parameters =
        [
            ("after", FromStart ? "start" : After?.ToString()),
            ("before", Before?.ToString()),
            ("since", Since?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
            ("parent", Parent?.ToString()),
            ("sort", Popular ? "popular" : null),
            ("limit", Limit?.ToString(CultureInfo.InvariantCulture)),
        ];
        var query = string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
        return query.Length == 0 ? "" : $"?{query}";
    }
}
