using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Moderation;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary>What moderators are shown, the same in answers and in their stream.</summary>
internal static class ModerationJson
{
    /// <summary>The members of a comment that waits.</summary>
    /// <param name="isFirst">Whether its author has written nothing in the event that everybody sees.</param>
    public static void Waiting(Utf8JsonWriter json, HeldComment held, bool isFirst = false)
    {
        var draft = held.Draft;
        json.WriteString("commentID"u8, draft.Id.Value);
        json.WritePropertyName("comment"u8);
        CommentJson.WriteHeld(json, draft, held.HeldAt);
        json.WriteStartArray("reasons"u8);
        foreach (var reason in draft.Hold?.Reasons ?? [])
            Reason(json, reason.Code, reason.Detail);
        json.WriteEndArray();
        json.WriteNumber("score"u8, Math.Round(draft.Hold?.Score ?? 0, 3));
        json.WriteNumber("reports"u8, 0);
        CommentJson.WriteTime(json, "heldAt"u8, held.HeldAt);
        if (held.ReleaseAt is { } releaseAt)
            CommentJson.WriteTime(json, "releaseAt"u8, releaseAt);
        if (isFirst)
            json.WriteBoolean("isFirst"u8, true);
    }

    /// <summary>The members of a comment that was reported.</summary>
    public static void Reported(Utf8JsonWriter json, ReportedComment reported, Comment comment)
    {
        json.WriteString("commentID"u8, comment.Id.Value);
        json.WritePropertyName("comment"u8);
        CommentJson.Write(json, comment);
        json.WriteStartArray("reasons"u8);
        foreach (var reason in reported.Reasons)
            Reason(json, "reported", reason);
        json.WriteEndArray();
        json.WriteNumber("reports"u8, reported.Count);
        CommentJson.WriteTime(json, "reportedAt"u8, reported.FirstAt);
    }

    /// <summary>The members of a line of the audit log.</summary>
    public static void Line(Utf8JsonWriter json, AuditEntry line, IReadOnlyDictionary<UserId, Profile> people)
    {
        json.WriteNumber("seq"u8, line.Seq);
        Decision(json, line.Decision, people);
    }

    /// <summary>The members of a decision.</summary>
    public static void Decision(Utf8JsonWriter json, ModeratorDecision decision, IReadOnlyDictionary<UserId, Profile> people)
    {
        json.WriteString("decisionID"u8, decision.Id);
        json.WriteString("action"u8, decision.Action.Name());
        Person(json, "by"u8, decision.By, people);
        if (decision.Comment is { } comment)
            json.WriteString("commentID"u8, comment.Value);
        if (decision.User is { } user)
            Person(json, "user"u8, user, people);
        if (decision.Span is { } span)
            json.WriteNumber("seconds"u8, (long)span.TotalSeconds);
        if (decision.Reason is { } reason)
            json.WriteString("reason"u8, reason);
        if (decision.Action == DecisionAction.BanNetwork)
            json.WriteBoolean("network"u8, true);
        if (decision.Undoes is { } undoes)
            json.WriteString("undoes"u8, undoes);
        CommentJson.WriteTime(json, "timestamp"u8, decision.At);
    }

    public static void Person(Utf8JsonWriter json, ReadOnlySpan<byte> name, UserId id, IReadOnlyDictionary<UserId, Profile> people)
    {
        json.WritePropertyName(name);
        Person(json, id, people);
    }

    /// <summary>One whose account is gone is an id.</summary>
    public static void Person(Utf8JsonWriter json, UserId id, IReadOnlyDictionary<UserId, Profile> people)
    {
        json.WriteStartObject();
        json.WriteString("userID"u8, id.Value);
        if (people.TryGetValue(id, out var profile))
        {
            json.WriteString("username"u8, profile.Username);
            json.WriteString("displayName"u8, profile.DisplayName);
        }
        json.WriteEndObject();
    }

    private static void Reason(Utf8JsonWriter json, string code, string detail)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, code);
        json.WriteString("detail"u8, detail);
        json.WriteEndObject();
    }
}
