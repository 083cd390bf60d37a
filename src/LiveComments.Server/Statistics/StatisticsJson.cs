using System.Text.Json;
using LiveComments.Analytics;
using LiveComments.Events;
using LiveComments.Wire;

namespace LiveComments.Server.Statistics;

/// <summary>Statistics as JSON.</summary>
internal static class StatisticsJson
{
    /// <summary>Shares of all answers whose times are given.</summary>
    private static readonly (string Name, double Share)[] Percentiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    /// <summary>Countries, and regions, of one answer: the whole world has some thousands.</summary>
    private const int MostLocalities = 50;

    public static void Write(Utf8JsonWriter json, EventStatistics statistics)
    {
        json.WriteStartObject();
        WriteEvent(json, statistics.Event);
        CommentJson.WriteTime(json, "asOf"u8, statistics.AsOf);
        json.WriteBoolean("shared"u8, KeptSetting.IsShared(statistics.Event));
        json.WriteStartObject("now"u8);
        json.WriteNumber("viewers"u8, statistics.Viewers);
        json.WriteStartObject("lastMinute"u8);
        WriteCounts(json, measure => statistics.LastMinute.GetValueOrDefault(measure), statistics.IsSummary);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteTotals(json, statistics.Totals, statistics.IsSummary);
        if (!statistics.IsSummary)
            WriteInside(json, statistics.Totals);
        WriteActivity(json, statistics);
        json.WriteStartArray("moments"u8);
        foreach (var moment in statistics.Moments)
        {
            json.WriteStartObject();
            CommentJson.WriteTime(json, "from"u8, moment.From);
            CommentJson.WriteTime(json, "to"u8, moment.To);
            if (statistics.Event.StartedAt is { } start)
                json.WriteNumber("offsetMs"u8, (long)Math.Max(0, (moment.From - start).TotalMilliseconds));
            json.WriteNumber("comments"u8, moment.Comments);
            json.WriteNumber("times"u8, moment.Times);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("topComments"u8);
        foreach (var comment in statistics.Top)
            CommentJson.Write(json, comment);
        json.WriteEndArray();
        WriteParts(json, "topWords"u8, "word"u8, statistics.Words.Words);
        WriteParts(json, "topEmoji"u8, "emoji"u8, statistics.Words.Emoji);
        json.WriteNumber("sampledComments"u8, statistics.Words.Comments);
        json.WriteEndObject();
    }

    /// <summary>One event of the list.</summary>
    public static void Write(Utf8JsonWriter json, LiveEvent liveEvent, int viewers, EventTotals totals)
    {
        json.WriteStartObject();
        WriteEvent(json, liveEvent);
        json.WriteNumber("viewers"u8, viewers);
        WriteTotals(json, totals, isSummary: false);
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, LiveEvent liveEvent)
    {
        json.WriteString("eventID"u8, liveEvent.Id.Value);
        if (liveEvent.VideoId is { } videoId)
            json.WriteString("videoID"u8, videoId);
        json.WriteString("title"u8, liveEvent.Title);
        json.WriteString("eventType"u8, liveEvent.EventType);
        json.WriteString("status"u8, liveEvent.Status.Name());
        CommentJson.WriteTime(json, "startTime"u8, liveEvent.StartTime);
        if (liveEvent.StartedAt is { } startedAt)
            CommentJson.WriteTime(json, "startedAt"u8, startedAt);
        if (liveEvent.EndedAt is { } endedAt)
            CommentJson.WriteTime(json, "endedAt"u8, endedAt);
    }

    /// <summary>What only those who run the event see.</summary>
    private static void WriteInside(Utf8JsonWriter json, EventTotals totals)
    {
        WriteParts(json, "refused"u8, "reason"u8, totals.Measures.Parts(Measures.RefusedBy));
        WriteParts(json, "held"u8, "reason"u8, totals.Measures.Parts(Measures.HeldBy));
        WriteParts(json, "platforms"u8, "platform"u8, totals.Measures.Parts(Measures.Platform));
        WriteParts(json, "countries"u8, "country"u8, [.. totals.Measures.Parts(Measures.Country).Take(MostLocalities)]);
        WriteParts(json, "regions"u8, "region"u8, [.. totals.Measures.Parts(Measures.Region).Take(MostLocalities)]);
        json.WriteStartObject("latencyMs"u8);
        foreach (var (name, share) in Percentiles)
            if (totals.Measures.Percentile(share) is { } milliseconds)
                json.WriteNumber(name, milliseconds);
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, EventTotals totals, bool isSummary)
    {
        json.WriteStartObject("totals"u8);
        WriteCounts(json, measure => totals[measure], isSummary);
        json.WriteNumber("uniqueCommenters"u8, totals.UniqueAuthors);
        json.WriteNumber("characters"u8, totals[Measures.Characters]);
        json.WriteNumber("deliveries"u8, totals[Measures.Deliveries]);
        json.WriteNumber("peakViewers"u8, totals[Measures.Viewers]);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, Func<string, long> of, bool isSummary)
    {
        json.WriteNumber("comments"u8, of(Measures.Comments) + of(Measures.Replies));
        json.WriteNumber("replies"u8, of(Measures.Replies));
        json.WriteNumber("reactions"u8, of(Measures.Reactions));
        json.WriteNumber("removed"u8, of(Measures.Removed) - of(Measures.Restored));
        if (isSummary)
            return;
        json.WriteNumber("refused"u8, of(Measures.Refused));
        json.WriteNumber("held"u8, of(Measures.Held));
    }

    private static void WriteActivity(Utf8JsonWriter json, EventStatistics statistics)
    {
        json.WriteStartObject("activity"u8);
        CommentJson.WriteTime(json, "from"u8, statistics.Query.From);
        CommentJson.WriteTime(json, "to"u8, statistics.Query.To);
        json.WriteNumber("intervalMs"u8, (long)statistics.Query.Length.TotalMilliseconds);
        WriteSeries(json, "comments"u8, statistics.Activity, interval => interval.Placed);
        WriteSeries(json, "reactions"u8, statistics.Activity, interval => interval[Measures.Reactions]);
        WriteSeries(json, "removed"u8, statistics.Activity, interval => interval[Measures.Removed] - interval[Measures.Restored]);
        WriteSeries(json, "viewers"u8, statistics.Activity, interval => interval[Measures.Viewers]);
        if (!statistics.IsSummary)
        {
            WriteSeries(json, "refused"u8, statistics.Activity, interval => interval[Measures.Refused]);
            WriteSeries(json, "held"u8, statistics.Activity, interval => interval[Measures.Held]);
        }
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<StatisticsInterval> intervals, Func<StatisticsInterval, long> value)
    {
        json.WriteStartArray(name);
        foreach (var interval in intervals)
            json.WriteNumberValue(value(interval));
        json.WriteEndArray();
    }

    private static void WriteParts<T>(Utf8JsonWriter json, ReadOnlySpan<byte> list, ReadOnlySpan<byte> name, IReadOnlyList<KeyValuePair<string, T>> parts) where T : IConvertible
    {
        json.WriteStartArray(list);
        foreach (var (part, count) in parts)
        {
            json.WriteStartObject();
            json.WriteString(name, part);
            json.WriteNumber("count"u8, count.ToInt64(null));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
