using System.Numerics;

namespace LiveComments.Load.Measure;

/// <summary>
/// Counts of durations in log-linear buckets, as HdrHistogram keeps them: 128 linear steps per power of two, so that every
/// value is known to better than 1 % whatever its size. Values are microseconds.
/// </summary>
internal sealed class Histogram
{
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits) * Steps];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long value, long count = 1)
    {
        value = Math.Max(0, value);
        _counts[Bucket(value)] += count;
        Count += count;
        Max = Math.Max(Max, value);
    }

    /// <summary>The value that this share of all values does not pass; 0 without values.</summary>
    /// <param name="share">0 to 1.</param>
    public long Percentile(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
            if ((seen += _counts[i]) >= wanted)
                return Math.Min(Max, UpperEdge(i));
        return 0;
    }

    private static int Bucket(long value)
    {
        if (value < Steps)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return (shift + 1) * Steps + (int)(value >> shift) - Steps;
    }

    private static long UpperEdge(int bucket)
    {
        if (bucket < Steps)
            return bucket;
        var shift = bucket / Steps - 1;
        return (((long)(bucket % Steps) + Steps + 1) << shift) - 1;
    }
}
