using LiveComments.Analytics;
using LiveComments.Events;
using LiveComments.Server.Http;

namespace LiveComments.Server.Statistics;

/// <summary>Of what time statistics are asked for, in what steps, and in what form.</summary>
internal readonly record struct StatisticsQuery(DateTimeOffset From, DateTimeOffset To, AnalyticsStep Step, bool IsCsv)
{
    /// <summary>Intervals of one answer at most: more than a screen has places, and about 200 KB.</summary>
    public const int MaxIntervals = 1_500;

    public int Intervals => (int)((To - From).Ticks / Length.Ticks);

    public TimeSpan Length => TimeSpan.FromSeconds((int)Step);

    /// <summary>False, with the error to answer, when a parameter is not of its form or there would be too many intervals.</summary>
    public static bool TryRead(HttpRequest request, LiveEvent liveEvent, DateTimeOffset now, out StatisticsQuery query, out IResult? error)
    {
        query = default;
        if (!TryFormat(request, out var isCsv, out error) || !TryTime(request, "from", out var from, out error) || !TryTime(request, "to", out var to, out error) || !request.TrySingle("step", out var name, out error))
            return false;
        AnalyticsStep? step = name switch { "second" => AnalyticsStep.Second, "minute" => AnalyticsStep.Minute, "hour" => AnalyticsStep.Hour, _ => null };
        if (name is not null && step is null)
        {
            error = QueryParameters.Fault("step", "is second, minute or hour");
            return false;
        }
        var end = to ?? liveEvent.EndedAt ?? now;
        var start = from ?? liveEvent.StartedAt ?? end - TimeSpan.FromMinutes(10);
        if (start > end)
        {
            error = QueryParameters.Fault("from", "is not later than to");
            return false;
        }
        step ??= Enum.GetValues<AnalyticsStep>().FirstOrDefault(one => Count(start, end, one) <= MaxIntervals, AnalyticsStep.Hour);
        // Nobody asked for all of it: the latest is shown.
        if (from is null && Count(start, end, step.Value) > MaxIntervals)
            start = end - (MaxIntervals - 1) * TimeSpan.FromSeconds((int)step);
        if (Count(start, end, step.Value) > MaxIntervals)
        {
            error = QueryParameters.Fault("step", $"gives more than {MaxIntervals} intervals from `from` to `to`: ask for longer steps or less time");
            return false;
        }
        query = new StatisticsQuery(Floor(start, step.Value), Floor(end, step.Value) + TimeSpan.FromSeconds((int)step), step.Value, isCsv);
        return true;
    }

    public static bool TryFormat(HttpRequest request, out bool isCsv, out IResult? error)
    {
        isCsv = false;
        if (!request.TrySingle("format", out var format, out error))
            return false;
        isCsv = format == "csv";
        if (format is not (null or "json" or "csv"))
            error = QueryParameters.Fault("format", "is json or csv");
        return error is null;
    }

    private static bool TryTime(HttpRequest request, string name, out DateTimeOffset? time, out IResult? error)
    {
        time = null;
        if (!request.TrySingle(name, out var text, out error))
            return false;
        if (text is null)
            return true;
        if (Rfc3339.TryParse(text, out var read) && read >= DateTimeOffset.UnixEpoch && read.Year < 9_000)
            time = read;
        else
            error = QueryParameters.Fault(name, "is a time such as 2026-01-31T20:00:00Z");
        return error is null;
    }

    /// <summary>Intervals that a span touches.</summary>
    private static long Count(DateTimeOffset from, DateTimeOffset to, AnalyticsStep step) => (Floor(to, step) - Floor(from, step)).Ticks / TimeSpan.FromSeconds((int)step).Ticks + 1;

    private static DateTimeOffset Floor(DateTimeOffset time, AnalyticsStep step) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / (int)step * (int)step);
}
