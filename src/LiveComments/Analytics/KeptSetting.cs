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

    public static bool IsShared(LiveEvent liveEvent)
    {
        if (liveEvent.AnalyticsConfig is "{}" or "")
            return false;
        using var config = JsonDocument.Parse(liveEvent.AnalyticsConfig);
        return config.RootElement.ValueKind == JsonValueKind.Object && config.RootElement.TryGetProperty(SharedMember, out var shared) && shared.ValueKind == JsonValueKind.True;
    }

    /// <summary>Names that are not known switch off nothing.</summary>
    public static Kept Of(LiveEvent liveEvent)
    {
        if (liveEvent.AnalyticsConfig is "{}" or "")
            return Kept.All;
        using var config = JsonDocument.Parse(liveEvent.AnalyticsConfig);
        if (config.RootElement.ValueKind != JsonValueKind.Object || !config.RootElement.TryGetProperty(Member, out var off))
            return Kept.All;
        if (off.ValueKind == JsonValueKind.True)
            return Kept.Nothing;
        var kept = Kept.All;
        if (off.ValueKind == JsonValueKind.Array)
            foreach (var one in off.EnumerateArray())
                if (one.ValueKind == JsonValueKind.String && Enum.TryParse<Kept>(one.GetString(), ignoreCase: true, out var name))
                    kept &= ~name;
        return kept;
    }
}
