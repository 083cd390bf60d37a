namespace LiveComments.Analytics;

/// <summary>
/// What is counted, by name. Those without a slash are activity and are counted for seconds, minutes and hours; those with one are parts of something (<c>refused/busy</c>) and are
/// counted for hours.
/// </summary>
public static class Measures
{
    public const string Comments = "comments", Replies = "replies", Removed = "removed", Restored = "restored", Reactions = "reactions", Refused = "refused", Held = "held",
        Deliveries = "deliveries", Viewers = "viewers", Characters = "text/characters";

    /// <summary>What the names of parts begin with.</summary>
    public const string RefusedBy = "refused/", HeldBy = "held/", Latency = "latency/", Platform = "platform/", Country = "country/", Region = "region/";

    /// <summary>Whether the highest value of an interval holds, and not the sum.</summary>
    public static bool IsHighest(string measure) => measure == Viewers;

    /// <summary>Whether it counts comments with a text, whose characters are counted.</summary>
    public static bool HasText(string measure) => measure is Comments or Replies;

    /// <summary>The activity that a row adds to; empty where it adds to none.</summary>
    public static string Of(AnalyticsAction action) => Activity[(int)action];

    /// <summary>The part that a row adds to; null where it adds to none.</summary>
    public static string? PartOf(in AnalyticsRow row) => row.Action switch
    {
        AnalyticsAction.Comment or AnalyticsAction.Reply when row.Platform is { } platform => Platform + platform,
        AnalyticsAction.Refused => RefusedBy + (row.Reason ?? "other"),
        AnalyticsAction.Held => HeldBy + (row.Reason ?? "other"),
        AnalyticsAction.Answered when row.LatencyMs is { } milliseconds => LatencyBuckets.Name(LatencyBuckets.Of(milliseconds)),
        _ => null,
    };

    /// <summary>By the number of its action, the activity of a row.</summary>
    private static readonly string[] Activity = ["", Comments, Replies, Removed, Restored, Reactions, Refused, Held, "", Deliveries, Viewers];

    /// <summary>How many actions there are.</summary>
    internal static int Actions => Activity.Length;

    /// <summary>The parts of something, most first.</summary>
    /// <param name="prefix">For example <see cref="RefusedBy"/>.</param>
    public static IReadOnlyList<KeyValuePair<string, long>> Parts(this IReadOnlyDictionary<string, long> totals, string prefix) =>
        [.. totals.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal) && one.Value > 0).Select(one => KeyValuePair.Create(one.Key[prefix.Length..], one.Value))
            .OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)];
}
