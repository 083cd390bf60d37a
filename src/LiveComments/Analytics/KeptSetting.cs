using System.Text.Json;
using LiveComments.Events;

namespace LiveComments.Analytics;

/// <summary>Reads from an event's analytics configuration what is kept of it, and who may see it. Other members are for other programs.</summary>
public static class KeptSetting
{
    /// <summary>The member that switches off.</summary>
    public const string Member = "off";

    /// <summary>The member that shows a summary of an ended event to whoever may read it: <c>true</c>.</summary>
    public const string SharedMember = "shared";

    public static bool IsShared(LiveEvent liveEvent) => Find(liveEvent, SharedMember).ValueKind == JsonValueKind.True;

    /// <summary>Names that are not known switch off nothing.</summary>
    public static Kept Of(LiveEvent liveEvent)
    {
        var off = Find(liveEvent, Member);
        if (off.ValueKind == JsonValueKind.True)
            return Kept.Nothing;
        var kept = Kept.All;
        if (off.ValueKind == JsonValueKind.Array)
            foreach (var one in off.EnumerateArray())
                if (one.ValueKind == JsonValueKind.String && Enum.TryParse<Kept>(one.GetString(), ignoreCase: true, out var name))
                    kept &= ~name;
        return kept;
    }

    /// <summary>A member of the configuration; undefined where it is not there.</summary>
    private static JsonElement Find(LiveEvent liveEvent, string member)
    {
        if (liveEvent.AnalyticsConfig is "{}" or "")
            return default;
        using var config = JsonDocument.Parse(liveEvent.AnalyticsConfig);
        return config.RootElement.ValueKind == JsonValueKind.Object && config.RootElement.TryGetProperty(member, out var found) ? found.Clone() : default;
    }
}
