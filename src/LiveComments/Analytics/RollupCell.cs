namespace LiveComments.Analytics;

/// <summary>A value of one interval of one event.</summary>
/// <param name="At">Where the interval begins, in seconds since 1970.</param>
public readonly record struct RollupCell(EventId Event, AnalyticsStep Step, long At, string Measure);
