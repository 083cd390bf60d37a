using LiveComments.Load.Measure;

namespace LiveComments.Tests.Load;

public sealed class HistogramTests
{
    [Fact]
    public void Percentiles_are_right_to_one_percent_at_every_size()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25)).Order().ToList();
        var histogram = new Histogram();
        values.ForEach(value => histogram.Add(value));
        foreach (var share in new[] { 0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0 })
        {
            var exact = values[Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1)];
            Assert.InRange(histogram.Percentile(share), exact, exact + Math.Max(1, exact / 100));
        }
        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(values.Count, histogram.Count);
    }

    [Fact]
    public void An_empty_histogram_says_zero() => Assert.Equal(0, new Histogram().Percentile(0.99));
}
