using System.Globalization;

namespace LiveComments.Analytics;

/// <summary>Times in buckets of growing width, so that percentiles of any number of them cost the same. A bucket's bounds are 2^(1/4) apart, so a percentile is at most 19 % too high.</summary>
public static class LatencyBuckets
{
    private const double Each = 4;

    /// <summary>The last bucket: everything from about 17 minutes on.</summary>
    private const int Last = 81;

    /// <summary>How many there are.</summary>
    public const int Count = Last + 1;

    /// <summary>The bucket of a time.</summary>
    public static int Of(int milliseconds) => milliseconds <= 1 ? 0 : Math.Min(Last, (int)Math.Ceiling(Math.Log2(milliseconds) * Each));

    /// <summary>The measure that counts a bucket.</summary>
    public static string Name(int bucket) => Names[bucket];

    /// <summary>The time within which a share of all answers came, in milliseconds; null where there were none.</summary>
    /// <param name="share">From 0 to 1.</param>
    public static long? Percentile(this IReadOnlyDictionary<string, long> totals, double share)
    {
        var counts = totals.Parts(Measures.Latency).Select(part => (Bucket: int.Parse(part.Key, CultureInfo.InvariantCulture), part.Value)).OrderBy(part => part.Bucket).ToList();
        var rest = counts.Sum(part => part.Value) * share;
        foreach (var (bucket, count) in counts)
            if ((rest -= count) <= 0)
                return (long)Math.Round(Math.Pow(2, bucket / Each));
        return null;
    }

    private static string[] Names { get; } = [.. Enumerable.Range(0, Count).Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{Measures.Latency}{bucket}"))];
}
