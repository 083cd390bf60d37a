using LiveComments.Analytics;

namespace LiveComments.Server.Statistics;

/// <summary>What was counted in one interval.</summary>
/// <param name="At">Where it begins.</param>
internal readonly record struct StatisticsInterval(DateTimeOffset At, IReadOnlyDictionary<string, long> Values)
{
    private static readonly Dictionary<string, long> Nothing = [];

    public long this[string measure] => Values.GetValueOrDefault(measure);

    /// <summary>Comments that were placed, replies among them.</summary>
    public long Placed => this[Measures.Comments] + this[Measures.Replies];

    /// <summary>Every interval of a query, from the values of those that have any.</summary>
    public static IReadOnlyList<StatisticsInterval> All(in StatisticsQuery query, IReadOnlyList<Measured> values)
    {
        var known = values.GroupBy(value => value.At).ToDictionary(at => at.Key, at => at.ToDictionary(value => value.Measure, value => value.Value));
        var intervals = new StatisticsInterval[query.Intervals];
        for (var i = 0; i < intervals.Length; i++)
            intervals[i] = new StatisticsInterval(query.From + i * query.Length, known.GetValueOrDefault(query.From + i * query.Length, Nothing));
        return intervals;
    }
}
