using System.Text.Json;
using LiveComments.Moderation;

namespace LiveComments.Wire;

/// <summary>The members of a notice, the same in REST answers and in the stream.</summary>
public static class NoticeJson
{
    /// <param name="videoId">The event's alias or UUID; null for a notice about all events.</param>
    public static void Write(Utf8JsonWriter json, Notice notice, string? videoId)
    {
        json.WriteString("notice"u8, notice.Name);
        if (videoId is not null)
            json.WriteString("videoID"u8, videoId);
        if (notice.Comment is { } comment)
            json.WriteString("commentID"u8, comment.Value);
        if (notice.Reason is { } reason)
            json.WriteString("reason"u8, reason);
        if (notice is { Kind: NoticeKind.TimedOut, Span: { } span })
            CommentJson.WriteTime(json, "until"u8, notice.At + span);
        if (notice is { Kind: NoticeKind.Throttled, Span: { } every })
            json.WriteNumber("seconds"u8, (long)every.TotalSeconds);
        CommentJson.WriteTime(json, "timestamp"u8, notice.At);
    }
}
