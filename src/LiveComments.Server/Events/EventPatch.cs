using System.Text.Json;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Server.Http;
using LiveComments.Text;

namespace LiveComments.Server.Events;

/// <summary>
/// Applies a JSON merge patch (RFC 7396) to an event: absent members stay, null means the default. A new event is a patch of an
/// empty one. Strict: unknown members are refused.
/// </summary>
internal static class EventPatch
{
    private const string Members = "title, description, eventType, startTime, startsItself, endTime, timezone, videoID, settings, moderationLevel, analyticsConfig";

    /// <summary>An empty event, to be patched.</summary>
    public static LiveEvent Empty(EventId id, UserId createdBy, DateTimeOffset now) =>
        new(id, null, "", null, "", EventStatus.Scheduled, DateTimeOffset.MinValue, false, null, "UTC", EventSettings.Default, createdBy, now, now);

    /// <param name="creating">True for a new event: what is required must be there, and an alias may be.</param>
    /// <returns>The event as it would be, with its <see cref="LiveEvent.UpdatedAt"/> untouched, or what is wrong.</returns>
    public static EventOutcome Apply(LiveEvent was, JsonElement patch, bool creating)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return EventOutcome.Refused(Error.InvalidJson, "The body is an object.");
        var now = was;
        try
        {
            foreach (var member in patch.EnumerateObject())
                if (Member(member, ref now, creating) is { } fault)
                    return EventOutcome.Refused(Error.InvalidEvent, fault);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is well-formed JSON and becomes an error only when the text is asked for.
            return EventOutcome.Refused(Error.InvalidJson, "A string is not Unicode.");
        }
        return Whole(was, now);
    }

    private static EventOutcome Whole(LiveEvent was, LiveEvent now)
    {
        if (now.Title.Length == 0 || now.EventType.Length == 0 || now.StartTime == DateTimeOffset.MinValue)
            return EventOutcome.Refused(Error.InvalidEvent, $"{(now.Title.Length == 0 ? "title" : now.EventType.Length == 0 ? "eventType" : "startTime")} is required.");
        if (now.StartTime != was.StartTime && now.Status != EventStatus.Scheduled)
            return EventOutcome.Refused(Error.StateConflict, "startTime can be changed only before the event starts.");
        if (now.EndTime != was.EndTime && now.Status == EventStatus.Ended)
            return EventOutcome.Refused(Error.StateConflict, "endTime cannot be changed after the event has ended.");
        // An event may really go live before its planned start or after its planned end; only the plan itself must be in order.
        if (now.EndTime <= (now.StartedAt ?? now.StartTime) && (now.StartTime, now.EndTime) != (was.StartTime, was.EndTime))
            return EventOutcome.Refused(Error.InvalidEvent, now.StartedAt is null ? "endTime is after startTime." : "endTime is after startedAt.");
        return now;
    }

    private static string? Member(JsonProperty member, ref LiveEvent now, bool creating)
    {
        var value = member.Value;
        switch (member.Name)
        {
            case "title":
                if (Text(value) is not { } title || !InvisibleCharacters.HasVisible(title) || Runes(title) > 255 || title.Any(char.IsControl))
                    return "title has 1 to 255 characters with something to see, none of them control characters.";
                now = now with { Title = title };
                return null;
            case "description":
                if (value.ValueKind != JsonValueKind.Null && (Text(value) is not { } text || Runes(text) > 5_000 || text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))))
                    return "description has at most 5,000 characters and no control characters but line breaks and tabs.";
                now = now with { Description = Text(value) };
                return null;
            case "eventType":
                if (Text(value) is not { Length: >= 1 and <= 50 } type || type.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
                    return "eventType has 1 to 50 characters of A-Z a-z 0-9 _ -, for example sports.";
                now = now with { EventType = type };
                return null;
            case "startTime":
                if (Time(value) is not { } startTime)
                    return "startTime is an RFC 3339 time from 1970 on, for example 2026-01-31T20:00:00Z.";
                now = now with { StartTime = startTime };
                return null;
            case "startsItself":
                if (Boolean(value) is not { } startsItself)
                    return "startsItself is true or false.";
                now = now with { StartsItself = startsItself };
                return null;
            case "endTime":
                var endTime = Time(value);
                if (endTime is null && value.ValueKind != JsonValueKind.Null)
                    return "endTime is an RFC 3339 time from 1970 on, or null.";
                now = now with { EndTime = endTime };
                return null;
            case "timezone":
                var timezone = value.ValueKind == JsonValueKind.Null ? "UTC" : Text(value);
                if (timezone is null || !Timezone.IsKnown(timezone))
                    return "timezone is an IANA name, for example Europe/Berlin.";
                now = now with { Timezone = timezone };
                return null;
            case "videoID":
                var videoId = Text(value);
                if (creating ? value.ValueKind != JsonValueKind.Null && (videoId is null || !EventDirectory.IsVideoId(videoId)) : videoId != (now.VideoId ?? now.Id.ToString()))
                    return creating ? "videoID has 1 to 64 characters of A-Z a-z 0-9 _ - and is not a UUID." : "videoID is given when an event is created and never changes.";
                now = creating ? now with { VideoId = videoId } : now;
                return null;
            case "settings":
                var settings = now.Settings;
                if (SettingsPatch.Apply(value, ref settings) is { } fault)
                    return fault;
                now = now with { Settings = settings };
                return null;
            case "moderationLevel":
                var level = ModerationLevel.Standard;
                if (value.ValueKind != JsonValueKind.Null && !ModerationLevels.TryParse(Text(value), out level))
                    return "moderationLevel is off, relaxed, standard or strict.";
                now = now with { ModerationLevel = level };
                return null;
            case "analyticsConfig":
                var config = now.AnalyticsConfig;
                if (AnalyticsConfigPatch.Apply(value, ref config) is { } wrong)
                    return wrong;
                now = now with { AnalyticsConfig = config };
                return null;
            case "status":
                return "status changes by POST to the event's start and end.";
            default:
                return $"An event has no member of this name that can be given; those it has are {Members}.";
        }
    }

    internal static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? Boolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => null,
    };

    /// <summary>To the millisecond, which is what stores keep.</summary>
    private static DateTimeOffset? Time(JsonElement value) =>
        Rfc3339.TryParse(Text(value), out var time) && time >= DateTimeOffset.UnixEpoch ? DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()) : null;

    internal static int Runes(string text) => text.EnumerateRunes().Count();
}
