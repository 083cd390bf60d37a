namespace LiveComments.Analytics;

/// <summary>A time in which much more was written than usual.</summary>
/// <param name="From">When it began.</param>
/// <param name="Comments">What was written in it.</param>
/// <param name="Times">How many times as much as in the median interval of the event.</param>
public readonly record struct Moment(DateTimeOffset From, DateTimeOffset To, long Comments, double Times);
