using System.Text.Json;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Polls;

namespace LiveComments.Wire;

/// <summary>The JSON object of an event in REST answers.</summary>
public static class EventJson
{
    /// <param name="viewers">Viewers watching now.</param>
    /// <param name="pinned">The comment that is pinned, where it is told.</param>
    /// <param name="poll">The event's last poll as its viewers may see it, where it is told.</param>
    /// <param name="staged">The comment that is on stage, where it is told.</param>
    /// <param name="configuration">True for administrators only: the analytics configuration may name systems that are nobody else's business.</param>
    public static void Write(Utf8JsonWriter json, LiveEvent liveEvent, int viewers, Comment? pinned = null, bool configuration = false, Poll? poll = null, Comment? staged = null)
    {
        json.WriteStartObject();
        json.WriteString("eventID"u8, liveEvent.Id.Value);
        // Without an alias the UUID is what stands for {videoID} in a path.
        json.WriteString("videoID"u8, liveEvent.VideoId ?? liveEvent.Id.ToString());
        json.WriteString("title"u8, liveEvent.Title);
        if (liveEvent.Description is { } description)
            json.WriteString("description"u8, description);
        json.WriteString("eventType"u8, liveEvent.EventType);
        json.WriteString("status"u8, Name(liveEvent.Status));
        CommentJson.WriteTime(json, "startTime"u8, liveEvent.StartTime);
        json.WriteBoolean("startsItself"u8, liveEvent.StartsItself);
        if (liveEvent.EndTime is { } endTime)
            CommentJson.WriteTime(json, "endTime"u8, endTime);
        if (liveEvent.StartedAt is { } startedAt)
            CommentJson.WriteTime(json, "startedAt"u8, startedAt);
        if (liveEvent.EndedAt is { } endedAt)
            CommentJson.WriteTime(json, "endedAt"u8, endedAt);
        json.WriteString("timezone"u8, liveEvent.Timezone);
        json.WriteString("moderationLevel"u8, liveEvent.ModerationLevel.Name());
        json.WritePropertyName("settings"u8);
        JsonSerializer.Serialize(json, liveEvent.Settings, EventSettingsJson.Default.EventSettings);
        if (configuration)
        {
            json.WritePropertyName("analyticsConfig"u8);
            json.WriteRawValue(liveEvent.AnalyticsConfig, skipInputValidation: true);
        }
        if (pinned is not null)
        {
            json.WritePropertyName("pinned"u8);
            CommentJson.Write(json, pinned);
        }
        if (staged is not null)
        {
            json.WritePropertyName("stage"u8);
            CommentJson.Write(json, staged);
        }
        if (poll is not null)
        {
            json.WritePropertyName("poll"u8);
            PollJson.Write(json, poll);
        }
        json.WriteNumber("viewers"u8, viewers);
        json.WriteString("createdBy"u8, liveEvent.CreatedBy.Value);
        CommentJson.WriteTime(json, "createdAt"u8, liveEvent.CreatedAt);
        CommentJson.WriteTime(json, "updatedAt"u8, liveEvent.UpdatedAt);
        json.WriteEndObject();
    }

    public static string Name(this EventStatus status) => status switch
    {
        EventStatus.Scheduled => "scheduled",
        EventStatus.Live => "live",
        _ => "ended",
    };

    /// <summary>Reads the exact lower-case name.</summary>
    public static bool TryParse(string? name, out EventStatus status)
    {
        status = name switch { "live" => EventStatus.Live, "ended" => EventStatus.Ended, _ => EventStatus.Scheduled };
        return name == status.Name();
    }
}
