using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Challenges;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.Polls;

namespace LiveComments.Wire;

/// <summary>The server's objects for one viewer alone.</summary>
internal static class StreamMessages
{
    /// <param name="position">Where this stream starts.</param>
    /// <param name="head">Where the log ends now.</param>
    /// <param name="pinned">As it is at <paramref name="position"/> or later: the entries that follow lead to the same.</param>
    /// <param name="poll">The event's last poll, as its viewers may see it; likewise.</param>
    /// <param name="staged">The comment on stage; likewise.</param>
    public static byte[] Hello(Position position, Position head, LiveEvent liveEvent, int viewers, Comment? pinned, Poll? poll = null, Comment? staged = null) => Write((position, head, liveEvent, viewers, pinned, poll, staged), static (json, m) =>
    {
        json.WriteString("type"u8, "hello"u8);
        CommentJson.WritePosition(json, "position"u8, m.position);
        CommentJson.WritePosition(json, "head"u8, m.head);
        json.WritePropertyName("event"u8);
        EventJson.Write(json, m.liveEvent, m.viewers, m.pinned, poll: m.poll, staged: m.staged);
        json.WriteNumber("viewers"u8, m.viewers);
    });

    public static byte[] Reset(string reason, Position position, EventId id) => Write((reason, position, id), static (json, m) =>
    {
        json.WriteString("type"u8, "reset"u8);
        json.WriteString("reason"u8, m.reason);
        CommentJson.WritePosition(json, "position"u8, m.position);
        json.WriteString("load"u8, $"/live/{m.id}/comments");
    });

    /// <param name="mentions">Whom the comment names, as everybody else gets it with the comment.</param>
    public static byte[] Ack(string id, CommentId comment, DateTimeOffset time, Position position, IReadOnlyList<Mention> mentions) => Write((id, comment, time, position, mentions), static (json, m) =>
    {
        json.WriteString("type"u8, "ack"u8);
        json.WriteString("id"u8, m.id);
        json.WriteString("commentID"u8, m.comment.Value);
        json.WriteString("status"u8, "success"u8);
        CommentJson.WriteTime(json, "timestamp"u8, m.time);
        CommentJson.WritePosition(json, "position"u8, m.position);
        CommentJson.WriteMentions(json, m.mentions);
    });

    /// <summary>A comment that waits for a moderator: it has no position.</summary>
    /// <param name="releaseAt">When it is placed if no moderator decides otherwise; null when it waits for one.</param>
    public static byte[] Held(string id, CommentId comment, DateTimeOffset time, IReadOnlyList<Mention> mentions, DateTimeOffset? releaseAt) => Write((id, comment, time, mentions, releaseAt), static (json, m) =>
    {
        json.WriteString("type"u8, "ack"u8);
        json.WriteString("id"u8, m.id);
        json.WriteString("commentID"u8, m.comment.Value);
        json.WriteString("status"u8, "held"u8);
        CommentJson.WriteTime(json, "timestamp"u8, m.time);
        if (m.releaseAt is { } releaseAt)
            CommentJson.WriteTime(json, "releaseAt"u8, releaseAt);
        CommentJson.WriteMentions(json, m.mentions);
    });

    public static byte[] Acks(IReadOnlyList<string> ids) => Write(ids, static (json, ids) =>
    {
        json.WriteString("type"u8, "acks"u8);
        json.WriteStartArray("ids"u8);
        foreach (var id in ids)
            json.WriteStringValue(id);
        json.WriteEndArray();
    });

    public static byte[] Problem(string? id, Error error, string? detail, TimeSpan? retryAfter, Challenge? challenge = null) => Write((id, error, detail, retryAfter, challenge), static (json, m) =>
    {
        json.WriteString("type"u8, "error"u8);
        if (m.id is not null)
            json.WriteString("id"u8, m.id);
        json.WriteString("code"u8, m.error.Code);
        json.WriteString("message"u8, m.detail ?? m.error.Title);
        if (m.retryAfter is { } wait)
            json.WriteNumber("retryAfter"u8, Math.Ceiling(wait.TotalSeconds * 10) / 10);
        if (m.challenge is { } challenge)
            ChallengeJson.Write(json, challenge);
    });

    public static byte[] Mention(LiveEvent liveEvent, Comment comment) => Write((liveEvent, comment), static (json, m) =>
    {
        json.WriteString("type"u8, "mention"u8);
        json.WriteString("videoID"u8, m.liveEvent.VideoId ?? m.liveEvent.Id.ToString());
        json.WritePropertyName("comment"u8);
        CommentJson.Write(json, m.comment);
    });

    /// <summary>One of the reader's own comments, which this stream may not have brought.</summary>
    public static byte[] Own(Comment comment) => Write(comment, static (json, comment) =>
    {
        json.WriteString("type"u8, "own"u8);
        json.WritePropertyName("comment"u8);
        CommentJson.Write(json, comment);
    });

    /// <param name="videoId">The event's alias or UUID; null for a notice about all events.</param>
    public static byte[] Notice(Notice notice, string? videoId) => Write((notice, videoId), static (json, m) =>
    {
        json.WriteString("type"u8, "notice"u8);
        NoticeJson.Write(json, m.notice, m.videoId);
    });

    public static byte[] Authenticated(UserId user, Role role, DateTimeOffset expiresAt) => Write((user, role, expiresAt), static (json, m) =>
    {
        json.WriteString("type"u8, "authenticated"u8);
        json.WriteString("userID"u8, m.user.Value);
        json.WriteString("role"u8, m.role switch { Role.Administrator => "administrator"u8, Role.Moderator => "moderator"u8, _ => "viewer"u8 });
        CommentJson.WriteTime(json, "expiresAt"u8, m.expiresAt);
    });

    public static byte[] Bye(TimeSpan reconnectAfter) => Write(reconnectAfter, static (json, wait) =>
    {
        json.WriteString("type"u8, "bye"u8);
        json.WriteNumber("reconnectAfterMs"u8, (long)wait.TotalMilliseconds);
    });

    public static byte[] Pong { get; } = """{"type":"pong"}"""u8.ToArray();

    private static byte[] Write<TState>(TState state, Action<Utf8JsonWriter, TState> write) => StreamJson.Object(state, write, static (json, _) => json.ToArray());
}
