namespace LiveComments.Analytics;

/// <summary>A value of a series.</summary>
/// <param name="At">Where its interval begins.</param>
/// <param name="Measure">One of <see cref="Measures"/> without a slash.</param>
public readonly record struct Measured(DateTimeOffset At, string Measure, long Value);
