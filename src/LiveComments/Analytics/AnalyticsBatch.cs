namespace LiveComments.Analytics;

/// <summary>Rows that are added together.</summary>
/// <param name="Id">Names the batch: repeated, it is added once.</param>
/// <param name="Spans">What of which logs the rows tell of, where a follower read them; empty for what a node saw.</param>
public sealed record AnalyticsBatch(Guid Id, IReadOnlyList<AnalyticsRow> Rows, IReadOnlyList<FollowedSpan> Spans);
