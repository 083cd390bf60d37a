using LiveComments.Analytics;

namespace LiveComments.Tests.Analytics;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void A_percentile_is_never_too_low_and_at_most_a_fifth_too_high()
    {
        var totals = new Dictionary<string, long>();
        for (var milliseconds = 1; milliseconds <= 1_000; milliseconds++)
            totals[LatencyBuckets.Name(LatencyBuckets.Of(milliseconds))] = totals.GetValueOrDefault(LatencyBuckets.Name(LatencyBuckets.Of(milliseconds))) + 1;
        foreach (var share in new[] { 0.5, 0.95, 0.99, 1 })
            Assert.InRange(totals.Percentile(share)!.Value, Math.Floor(1_000 * share), Math.Ceiling(1_000 * share * 1.2));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Every_time_has_a_bucket(int milliseconds) => Assert.InRange(LatencyBuckets.Of(milliseconds), 0, LatencyBuckets.Count - 1);

    [Fact]
    public void Without_answers_there_is_no_percentile() => Assert.Null(new Dictionary<string, long> { [Measures.Comments] = 4 }.Percentile(0.5));
}
