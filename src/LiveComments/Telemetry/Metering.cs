using System.Diagnostics.Metrics;

namespace LiveComments.Telemetry;

/// <summary>
/// What all metrics of the product share. They are created beside the code they measure, from the meter of the host's
/// <see cref="IMeterFactory"/>, named <c>livecomments.&lt;concept&gt;.&lt;what&gt;</c>, with a unit: <c>s</c>, <c>By</c>, or
/// what is counted in braces, such as <c>{comment}</c>. Tags have few values: never an event, a user or a text.
/// A counter is there from the start with every value its tags may have, at 0: a series that begins at 1 has no rate, and an alert on it would miss the first.
/// </summary>
public static class Metering
{
    public const string MeterName = "LiveComments";

    /// <summary>Half a millisecond (a quiet commit) to 10 s (when a slow viewer is closed).</summary>
    public static InstrumentAdvice<double> Seconds { get; } =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    /// <summary>Sizes of batches.</summary>
    public static InstrumentAdvice<int> BatchSizes { get; } = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000] };

    /// <summary>The product's meter in this host.</summary>
    public static Meter LiveComments(this IMeterFactory factory) => factory.Create(MeterName);
}
