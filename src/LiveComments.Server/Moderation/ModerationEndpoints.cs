using System.Globalization;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary>What the moderators of an event see and decide, and the reports that viewers send them.</summary>
internal sealed class ModerationEndpoints(Ingest.Ingest ingest, ModerationControl control, IModerationStore store, ICommentQueries comments, IAccountStore accounts)
{
    /// <summary>Comments or people of one decision.</summary>
    private const int MaxTargets = 200;

    private const int MaxTimeout = 30 * 24 * 60 * 60, MaxThrottle = 60 * 60;

    /// <summary>Rows of a page of the queue or the audit log.</summary>
    private const int MaxPage = 100;

    public async Task<IResult> QueueAsync(string videoID, HttpContext context)
    {
        var ct = context.RequestAborted;
        if (!context.Request.TrySingle("state", out var state, out var fault) || !context.Request.TrySingle("after", out var text, out fault) || !context.Request.TryLimit(out var limit, out fault))
            return fault!;
        if (state is not (null or "held" or "delayed" or "reported"))
            return QueryParameters.Fault("state", "is held, delayed or reported");
        CommentId? after = null;
        if (text is not null)
        {
            if (state == "reported" || !CommentId.TryParse(text, out var last))
                return QueryParameters.Fault("after", "is the id of a held comment; reported ones have no pages");
            after = last;
        }
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Refused(error!);
        limit = Math.Min(limit, MaxPage);
        return state == "reported" ? await ReportedAsync(moderator.Event.Id, limit, ct) : await WaitingAsync(moderator.Event.Id, state == "delayed", after, limit, context);
    }

    public async Task<IResult> DecideAsync(string videoID, HttpContext context)
    {
        var ct = context.RequestAborted;
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Refused(error!);
        var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.DecisionBody, ct);
        if (body is null)
            return fault!;
        if (Read(body, out var request, out var ids) is { } wrong)
            return Problem.Of(Error.InvalidRequest, wrong);
        if (body.Everywhere && !moderator.Caller.IsAdministrator)
            return Problem.Of(Error.Forbidden, "Only administrators decide for all events.");
        var decided = (request!.Targets.Count == 0 ? [] : await control.DecideAsync(moderator, request, ct)).ToDictionary(one => one.Target);
        return await AnswerAsync([.. ids.Select(id => (id, Guid.TryParseExact(id, "D", out var target) ? decided[target] : new DecidedTarget(default, DecisionStatus.NotFound, null)))], ct);
    }

    public async Task<IResult> UndoAsync(string videoID, HttpContext context)
    {
        var ct = context.RequestAborted;
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Refused(error!);
        var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.UndoBody, ct);
        if (body is null)
            return fault!;
        if (!Guid.TryParseExact(body.DecisionID, "D", out var decision))
            return Problem.Of(Error.InvalidRequest, "decisionID is the UUID of a decision.");
        var undone = await control.UndoAsync(moderator, decision, ct);
        return await AnswerAsync([(undone.Target.ToString("D"), undone)], ct);
    }

    public async Task<IResult> AuditAsync(string videoID, HttpContext context)
    {
        var ct = context.RequestAborted;
        if (!context.Request.TrySingle("before", out var text, out var fault) || !context.Request.TryLimit(out var limit, out fault))
            return fault!;
        var before = long.MaxValue;
        if (text is not null && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before) || before < 1))
            return QueryParameters.Fault("before", "is the seq of a line of the audit log");
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Refused(error!);
        limit = Math.Min(limit, MaxPage);
        var lines = await store.AuditAsync(moderator.Event.Id, before, limit, ct);
        if (lines.Count == limit)
            context.AddPageLink("prev", "before", lines[0].Seq.ToString(CultureInfo.InvariantCulture), "limit");
        var people = await PeopleAsync(lines.SelectMany(line => (UserId?[])[line.Decision.By, line.Decision.User]), ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var line in lines)
            {
                json.WriteStartObject();
                json.WriteNumber("seq"u8, line.Seq);
                Write(json, line.Decision, people);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    public async Task<IResult> ReportAsync(string videoID, string commentID, HttpContext context)
    {
        var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.ReportBody, context.RequestAborted);
        if (body is null)
            return fault!;
        if (CommentText.Normalize(body.Reason, out var reason) is not null)
            return Problem.Of(Error.InvalidRequest, ReasonRule);
        CommentId? comment = CommentId.TryParse(commentID, out var id) ? id : null;
        return await ingest.ReportAsync(Doors.Http, videoID, context.Caller(), comment, reason, context.RequestAborted) is { } refusal
            ? Problem.Of(refusal.Error, retryAfter: refusal.RetryAfter)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "reported"u8);
                json.WriteString("commentID"u8, id.Value);
                json.WriteEndObject();
            });
    }

    private const string ReasonRule = "reason is a text of 1-500 characters without control characters.";

    private static IResult Refused(Error error) => Problem.Of(error, error == Error.Forbidden ? "Only moderators of this event do this." : null);

    /// <summary>What is wrong with a body; null with the request and the ids as they were given, each once. What is no id is found nowhere.</summary>
    private static string? Read(DecisionBody body, out DecisionRequest? request, out IReadOnlyList<string> ids)
    {
        (request, ids) = (null, []);
        if (!DecisionActions.TryParse(body.Action, out var action))
            return $"action is one of {string.Join(", ", DecisionActions.All.Select(one => one.Name()))}.";
        var (given, other, name) = action.IsAboutComments() ? (body.CommentIDs, body.UserIDs, "commentIDs") : (body.UserIDs, body.CommentIDs, "userIDs");
        if (given is not { Length: > 0 and <= MaxTargets } || other is { Length: > 0 } || given.Contains(null))
            return $"{action.Name()} takes 1-{MaxTargets} {name}, and nothing else to decide about.";
        var most = action == DecisionAction.Timeout ? MaxTimeout : MaxThrottle;
        if (action.TakesSeconds() ? body.Seconds is not { } seconds || seconds < 1 || seconds > most : body.Seconds is not null)
            return action.TakesSeconds() ? $"{action.Name()} takes seconds, from 1 to {most}." : $"{action.Name()} takes no seconds.";
        if (body.Everywhere && !action.MayHoldEverywhere())
            return "everywhere is for decisions about people, and not for purge.";
        string? reason = null;
        if (body.Reason is not null && CommentText.Normalize(body.Reason, out reason) is not null)
            return ReasonRule;
        ids = [.. given.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
        Guid[] targets = [.. ids.Where(id => Guid.TryParseExact(id, "D", out _)).Select(id => Guid.ParseExact(id, "D"))];
        request = new DecisionRequest(action, targets, body.Seconds is { } span ? TimeSpan.FromSeconds(span) : null, reason, body.Everywhere);
        return null;
    }

    private async Task<IResult> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, HttpContext context)
    {
        var held = await store.WaitingAsync(id, delayed, after, limit, context.RequestAborted);
        if (held.Count == limit)
            context.AddPageLink("next", "after", held[^1].Draft.Id.ToString(), "state", "limit");
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var one in held)
            {
                var draft = one.Draft;
                json.WriteStartObject();
                json.WriteString("commentID"u8, draft.Id.Value);
                json.WritePropertyName("comment"u8);
                CommentJson.WriteHeld(json, draft, one.HeldAt);
                json.WriteStartArray("reasons"u8);
                foreach (var reason in draft.Hold?.Reasons ?? [])
                    Reason(json, reason.Code, reason.Detail);
                json.WriteEndArray();
                json.WriteNumber("score"u8, Math.Round(draft.Hold?.Score ?? 0, 3));
                json.WriteNumber("reports"u8, 0);
                CommentJson.WriteTime(json, "heldAt"u8, one.HeldAt);
                if (one.ReleaseAt is { } releaseAt)
                    CommentJson.WriteTime(json, "releaseAt"u8, releaseAt);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private async Task<IResult> ReportedAsync(EventId id, int limit, CancellationToken ct)
    {
        var (found, gone) = (new List<(ReportedComment Reported, Comment Comment)>(), new List<CommentId>());
        foreach (var reported in await store.ReportedAsync(id, limit, ct))
            if (await comments.FindAsync(id, reported.Comment, ct) is { } comment)
                found.Add((reported, comment));
            else
                gone.Add(reported.Comment);
        if (gone.Count > 0)
            await store.SettleAsync(gone, ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var (reported, comment) in found)
            {
                json.WriteStartObject();
                json.WriteString("commentID"u8, comment.Id.Value);
                json.WritePropertyName("comment"u8);
                CommentJson.Write(json, comment);
                json.WriteStartArray("reasons"u8);
                foreach (var reason in reported.Reasons)
                    Reason(json, "reported", reason);
                json.WriteEndArray();
                json.WriteNumber("reports"u8, reported.Count);
                CommentJson.WriteTime(json, "reportedAt"u8, reported.FirstAt);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private async Task<IResult> AnswerAsync(IReadOnlyList<(string Id, DecidedTarget Target)> decided, CancellationToken ct)
    {
        var people = await PeopleAsync(decided.Where(one => one.Target.Status == DecisionStatus.Already).Select(one => one.Target.Decision?.By), ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("decisions"u8);
            foreach (var (id, target) in decided)
            {
                json.WriteStartObject();
                if (target.Decision is { } decision)
                    json.WriteString("decisionID"u8, decision.Id);
                json.WriteString("target"u8, id);
                json.WriteString("status"u8, target.Status.Name());
                if (target is { Status: DecisionStatus.Already, Decision: { } earlier })
                {
                    json.WriteString("action"u8, earlier.Action.Name());
                    Person(json, "by"u8, earlier.By, people);
                    CommentJson.WriteTime(json, "timestamp"u8, earlier.At);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async ValueTask<Dictionary<UserId, Profile>> PeopleAsync(IEnumerable<UserId?> ids, CancellationToken ct)
    {
        UserId[] named = [.. ids.OfType<UserId>().Distinct()];
        return named.Length == 0 ? [] : (await accounts.FindByIdsAsync(named, ct)).ToDictionary(account => account.Id, account => account.Profile);
    }

    private static void Write(Utf8JsonWriter json, ModeratorDecision decision, Dictionary<UserId, Profile> people)
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
        if (decision.Undoes is { } undoes)
            json.WriteString("undoes"u8, undoes);
        CommentJson.WriteTime(json, "timestamp"u8, decision.At);
    }

    private static void Person(Utf8JsonWriter json, ReadOnlySpan<byte> name, UserId id, Dictionary<UserId, Profile> people)
    {
        json.WriteStartObject(name);
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
