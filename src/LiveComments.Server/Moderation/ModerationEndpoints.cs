using System.Globalization;
using System.Text.Json;
using LiveComments.Comments;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary>What the moderators of an event see and decide, and the reports that viewers send them.</summary>
internal sealed class ModerationEndpoints(Ingest.Ingest ingest, ModerationControl control, IModerationStore store, ModerationQueue queue, Lookers lookers, IAccountStore accounts)
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

    /// <summary>Says which comment the caller looks at.</summary>
    public async Task<IResult> LookAsync(string videoID, HttpContext context)
    {
        var ct = context.RequestAborted;
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Refused(error!);
        var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.LookBody, ct);
        if (body is null)
            return fault!;
        CommentId? comment = null;
        if (body.CommentID is not null)
        {
            if (!CommentId.TryParse(body.CommentID, out var id))
                return Problem.Of(Error.InvalidRequest, "commentID is the UUID of a comment, or null.");
            comment = id;
        }
        lookers.Tell(new Look(moderator.Event.Id, moderator.Caller.UserId, comment));
        return Results.NoContent();
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
        var people = await accounts.ProfilesAsync(lines.SelectMany(line => (UserId?[])[line.Decision.By, line.Decision.User]), ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var line in lines)
            {
                json.WriteStartObject();
                ModerationJson.Line(json, line, people);
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
        if (body.Network && action != DecisionAction.Ban)
            return "network is for ban.";
        if (body.Network)
            action = DecisionAction.BanNetwork;
        string? reason = null;
        if (body.Reason is not null && CommentText.Normalize(body.Reason, out reason) is not null)
            return ReasonRule;
        if (action == DecisionAction.Note && reason is null)
            return "note takes a reason, which is the note.";
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
        return await ListAsync(id, held, static one => one.Draft.Id, static (json, one) => ModerationJson.Waiting(json, one), context.RequestAborted);
    }

    private async Task<IResult> ReportedAsync(EventId id, int limit, CancellationToken ct) =>
        await ListAsync(id, await queue.ReportedAsync(id, limit, ct), static one => one.Comment.Id, static (json, one) => ModerationJson.Reported(json, one.Reported, one.Comment), ct);

    /// <summary>A list of comments, each with who looks at it.</summary>
    private async Task<IResult> ListAsync<T>(EventId id, IReadOnlyList<T> items, Func<T, CommentId> comment, Action<Utf8JsonWriter, T> write, CancellationToken ct)
    {
        var looks = lookers.In(id).ToLookup(look => look.Comment);
        var people = await accounts.ProfilesAsync(items.SelectMany(item => looks[comment(item)]).Select(look => (UserId?)look.User), ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(json, item);
                if (looks[comment(item)].Any())
                {
                    json.WriteStartArray("lookedAtBy"u8);
                    foreach (var look in looks[comment(item)])
                        ModerationJson.Person(json, look.User, people);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private async Task<IResult> AnswerAsync(IReadOnlyList<(string Id, DecidedTarget Target)> decided, CancellationToken ct)
    {
        var people = await accounts.ProfilesAsync(decided.Where(one => one.Target.Status == DecisionStatus.Already).Select(one => one.Target.Decision?.By), ct);
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
                    ModerationJson.Person(json, "by"u8, earlier.By, people);
                    CommentJson.WriteTime(json, "timestamp"u8, earlier.At);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
