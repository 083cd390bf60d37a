using System.Text.Encodings.Web;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Wire;

/// <summary>The JSON object of a comment, the same in REST answers and in the stream.</summary>
public static class CommentJson
{
    /// <summary>Text goes out as UTF-8, not as escapes: every answer is <c>application/json</c> with <c>nosniff</c>, never HTML.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="compact">True in the stream, where a new comment's empty <c>replyCount</c> and <c>reactions</c> would only cost bytes.</param>
    /// <param name="own">What the reader gave to it; null for nothing, or where everybody gets the same bytes.</param>
    public static void Write(Utf8JsonWriter json, Comment comment, bool compact = false, ReactionType? own = null)
    {
        json.WriteStartObject();
        json.WriteString("commentID"u8, comment.Id.Value);
        WriteAuthor(json, comment.Author);
        json.WriteString("commentText"u8, comment.Text);
        WriteTime(json, "timestamp"u8, comment.Time);
        WritePosition(json, "position"u8, comment.Position);
        if (comment.ReplyTo is { } parent)
            json.WriteString("replyToCommentID"u8, parent.Value);
        if (comment.ReplyCount > 0 || !compact)
            json.WriteNumber("replyCount"u8, comment.ReplyCount);
        if (comment.Question is { } question)
            json.WriteString("question"u8, question.Name());
        WriteMentions(json, comment.Mentions);
        if (comment.Reactions.Counts.Total > 0 || !compact)
            WriteCounts(json, "reactions"u8, comment.Reactions.Counts);
        if (own is { } given)
            json.WriteString("myReaction"u8, given.Name());
        json.WriteEndObject();
    }

    /// <summary>A comment that waits for a moderator, for moderators: it has no position, and nobody has answered it or reacted to it.</summary>
    public static void WriteHeld(Utf8JsonWriter json, CommentDraft draft, DateTimeOffset heldAt)
    {
        json.WriteStartObject();
        json.WriteString("commentID"u8, draft.Id.Value);
        WriteAuthor(json, draft.Author);
        json.WriteString("commentText"u8, draft.Text);
        WriteTime(json, "timestamp"u8, heldAt);
        if (draft.ReplyTo is { } parent)
            json.WriteString("replyToCommentID"u8, parent.Value);
        if (draft.Question is { } question)
            json.WriteString("question"u8, question.Name());
        WriteMentions(json, draft.Mentions);
        json.WriteEndObject();
    }

    /// <summary>The array <c>mentions</c>; nothing when it would be empty.</summary>
    public static void WriteMentions(Utf8JsonWriter json, IReadOnlyList<Mention> mentions)
    {
        if (mentions.Count == 0)
            return;
        json.WriteStartArray("mentions"u8);
        foreach (var mention in mentions)
        {
            json.WriteStartObject();
            json.WriteString("userID"u8, mention.UserId.Value);
            json.WriteString("username"u8, mention.Username);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>An object of counts; zeros are left out.</summary>
    public static void WriteCounts(Utf8JsonWriter json, ReadOnlySpan<byte> name, in ReactionCounts counts)
    {
        json.WriteStartObject(name);
        foreach (var type in ReactionTypes.All)
            if (counts[type] != 0)
                json.WriteNumber(type.CountName(), counts[type]);
        json.WriteEndObject();
    }

    /// <summary>An object with the counts of one comment and their version.</summary>
    public static void WriteTally(Utf8JsonWriter json, CommentTally tally)
    {
        json.WriteStartObject();
        json.WriteString("commentID"u8, tally.CommentId.Value);
        json.WriteNumber("version"u8, tally.Tally.Version);
        WriteCounts(json, "reactions"u8, tally.Tally.Counts);
        json.WriteEndObject();
    }

    private static void WriteAuthor(Utf8JsonWriter json, Author author)
    {
        json.WriteString("userID"u8, author.Id.Value);
        json.WriteString("username"u8, author.Username);
        json.WriteString("displayName"u8, author.DisplayName);
        if (author.AvatarUrl is { } avatar)
            json.WriteString("avatarUrl"u8, avatar);
        if (GuestName.IsOne(author.Username))
            json.WriteBoolean("guest"u8, true);
        if (author.Role != Role.Viewer)
            json.WriteString("role"u8, author.Role == Role.Moderator ? "moderator"u8 : "administrator"u8);
    }

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[24];
        time.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    public static void WritePosition(Utf8JsonWriter json, ReadOnlySpan<byte> name, Position position)
    {
        Span<byte> text = stackalloc byte[40];
        position.Epoch.TryFormat(text, out var epoch, default, System.Globalization.CultureInfo.InvariantCulture);
        text[epoch++] = (byte)':';
        position.Seq.TryFormat(text[epoch..], out var seq, default, System.Globalization.CultureInfo.InvariantCulture);
        json.WriteString(name, text[..(epoch + seq)]);
    }
}
