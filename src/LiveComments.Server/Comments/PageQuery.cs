using LiveComments.Comments;
using LiveComments.Server.Http;

namespace LiveComments.Server.Comments;

/// <summary>Which page of an event's comments a request asks for.</summary>
internal sealed record PageQuery
{
    /// <summary>Comments after this position, oldest first.</summary>
    public Position? After { get; private init; }

    /// <summary>The last comments before this position.</summary>
    public Position? Before { get; private init; }

    /// <summary>Comments placed at this time or later, oldest first.</summary>
    public DateTimeOffset? Since { get; private init; }

    /// <summary>True for <c>after=start</c>: from the first comment of whatever log there is.</summary>
    public bool FromStart { get; private init; }

    /// <summary>True for <c>sort=popular</c>.</summary>
    public bool Popular { get; private init; }

    public CommentId? Parent { get; private init; }

    public int Limit { get; private init; }

    /// <summary>True when the page is the last one before some place, rather than the first one after it.</summary>
    public bool Newest => After is null && Since is null && !FromStart;

    /// <summary>A position given is checked against the log that answers: see <see cref="IsGone"/>.</summary>
    public PageRequest Request => new(After?.Seq ?? 0, Math.Max(Before?.Seq ?? long.MaxValue, 1), Since, Parent, Newest, Limit);

    /// <returns>The query, or the error to answer.</returns>
    public static (PageQuery? Query, IResult? Error) Read(HttpRequest request)
    {
        if (!request.TryLimit(out var limit, out var error) || !request.TrySingle("after", out var after, out error)
            || !request.TrySingle("before", out var before, out error) || !request.TrySingle("since", out var since, out error)
            || !request.TrySingle("parent", out var parent, out error) || !request.TrySingle("sort", out var sort, out error))
            return (null, error);
        if ((after is null ? 0 : 1) + (before is null ? 0 : 1) + (since is null ? 0 : 1) > 1)
            return (null, QueryParameters.Fault("after, before and since", "exclude each other"));
        if (sort is not null && sort != "popular")
            return (null, QueryParameters.Fault("sort", "is popular, or left out for the order of time"));
        if (sort is not null && (after ?? before ?? since ?? parent) is not null)
            return (null, QueryParameters.Fault("sort=popular", "goes with limit alone"));
        Position afterPosition = default, beforePosition = default;
        if ((after is not (null or "start") && !Position.TryParse(after, out afterPosition)) || (before is not null && !Position.TryParse(before, out beforePosition)))
            return (null, Problem.Of(Error.InvalidPosition));
        DateTimeOffset sinceTime = default;
        if (since is not null && !Rfc3339.TryParse(since, out sinceTime))
            return (null, QueryParameters.Fault("since", "is an RFC 3339 time, for example 2026-01-31T20:00:00.000Z"));
        CommentId parentId = default;
        if (parent is not null && !CommentId.TryParse(parent, out parentId))
            return (null, QueryParameters.Fault("parent", "is a comment's id"));
        return (new PageQuery
        {
            After = after is null or "start" ? null : afterPosition,
            Before = before is null ? null : beforePosition,
            Since = since is null ? null : sinceTime,
            FromStart = after == "start",
            Popular = sort is not null,
            Parent = parent is null ? null : parentId,
            Limit = limit,
        }, null);
    }

    /// <summary>
    /// True when the position asked about is not one of the log that ends at <paramref name="completeTo"/> or later: of another
    /// epoch, or beyond the end.
    /// </summary>
    public bool IsGone(Position completeTo) =>
        (After is { } after && (after.Epoch != completeTo.Epoch || after.Seq > completeTo.Seq))
        || (Before is { } before && (before.Epoch != completeTo.Epoch || before.Seq > completeTo.Seq + 1));
}
