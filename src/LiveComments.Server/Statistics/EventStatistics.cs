using LiveComments.Analytics;
using LiveComments.Comments;
using LiveComments.Events;

namespace LiveComments.Server.Statistics;

/// <summary>What is answered about one event.</summary>
/// <param name="IsSummary">Whether it is for everybody: then refused and held comments, programs, countries and answer times are left out.</param>
/// <param name="AsOf">When it was asked for.</param>
/// <param name="Viewers">How many watch now.</param>
/// <param name="LastMinute">What was counted in the minute before.</param>
/// <param name="Activity">Each interval of the query, by time; those without anything too.</param>
/// <param name="Moments">The times that made people write.</param>
internal sealed record EventStatistics(
    LiveEvent Event,
    StatisticsQuery Query,
    bool IsSummary,
    DateTimeOffset AsOf,
    int Viewers,
    EventTotals Totals,
    IReadOnlyDictionary<string, long> LastMinute,
    IReadOnlyList<StatisticsInterval> Activity,
    IReadOnlyList<Moment> Moments,
    IReadOnlyList<Comment> Top,
    FoundWords Words);
