using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Events;

/// <summary><c>/events</c>: the catalogue.</summary>
internal sealed class EventEndpoints(EventControl control, EventDirectory directory, IEventCatalog catalog, IParticipants participants, IAccountStore accounts, EventFeeds feeds, TimeProvider time)
{
    public async Task<IResult> CreateAsync(HttpContext context)
    {
        if (Refuse(context, out var caller) is { } refusal)
            return refusal;
        var (body, error) = await JsonBody.ReadAsync(context.Request, EventBody.Default.JsonDocument, context.RequestAborted);
        if (body is null)
            return error!;
        using (body)
        {
            var draft = EventPatch.Apply(EventPatch.Empty(EventId.New(time), caller!.UserId, control.Now), body.RootElement, creating: true);
            var outcome = draft.Event is { } liveEvent ? await control.CreateAsync(liveEvent, context.RequestAborted) : draft;
            if (outcome.Event is { } created)
                context.Response.Headers.Location = $"{context.Request.PathBase.ToUriComponent()}/events/{created.VideoId ?? created.Id.ToString()}";
            return Answer(outcome, StatusCodes.Status201Created);
        }
    }

    public async Task<IResult> GetAsync(string videoID, HttpContext context)
    {
        var (liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        var (pinned, staged) = await feeds.ShownAsync(liveEvent.Id, context.RequestAborted);
        var poll = await feeds.PollAsync(liveEvent.Id, context.RequestAborted);
        var manages = context.Caller() is { } caller && (caller.IsAdministrator || await directory.IsHostAsync(videoID, caller, context.RequestAborted));
        return new JsonAnswer(json => EventJson.Write(json, liveEvent, feeds.Viewers(liveEvent.Id), pinned, manages, poll, staged));
    }

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.TryLimit(out var limit, out var error) || !request.TrySingle("status", out var status, out error)
            || !request.TrySingle("type", out var type, out error) || !request.TrySingle("after", out var after, out error))
            return error!;
        var wanted = EventStatus.Scheduled;
        if (status is not null && !EventJson.TryParse(status, out wanted))
            return QueryParameters.Fault("status", "is scheduled, live or ended");
        EventId? last = null;
        if (after is not null)
        {
            if (await directory.FindReadableAsync(after, context) is not { Event: { } found })
                return QueryParameters.Fault("after", "names no event; start from the first page");
            last = found.Id;
        }
        var caller = context.Caller();
        // One more than asked for is read, to know whether there are more.
        var events = await catalog.ListAsync(new EventListing(
            status is null ? null : wanted, type, last, caller is { Role: > Role.Viewer, ModeratorOf: null }, caller?.UserId, limit + 1), context.RequestAborted);
        if (events.Count > limit)
            context.AddPageLink("next", "after", events[limit - 1].Id.ToString(), "status", "type", "limit");
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var liveEvent in events.Take(limit))
                EventJson.Write(json, liveEvent, feeds.Viewers(liveEvent.Id), configuration: caller is { IsAdministrator: true });
            json.WriteEndArray();
        });
    }

    public async Task<IResult> PatchAsync(string videoID, HttpContext context)
    {
        if (await RefuseAsync(videoID, context) is { } refusal)
            return refusal;
        var (body, error) = await JsonBody.ReadAsync(context.Request, EventBody.Default.JsonDocument, context.RequestAborted);
        if (body is null)
            return error!;
        using (body)
            return await ChangeAsync(videoID, context, (id, ct) => control.ChangeAsync(id, was => EventPatch.Apply(was, body.RootElement, creating: false), ct));
    }

    public Task<IResult> StartAsync(string videoID, HttpContext context) => ChangeAsync(videoID, context, control.StartAsync);

    public Task<IResult> EndAsync(string videoID, HttpContext context) => ChangeAsync(videoID, context, control.EndAsync);

    public async Task<IResult> DeleteAsync(string videoID, HttpContext context)
    {
        if (Refuse(context, out _) is { } refusal)
            return refusal;
        return await directory.FindAsync(videoID, context.RequestAborted) is { } liveEvent && await control.DeleteAsync(liveEvent, context.RequestAborted)
            ? Results.NoContent()
            : Problem.Of(Error.EventNotFound);
    }

    public async Task<IResult> AdmitAsync(string videoID, string userID, HttpContext context)
    {
        if (await RefuseAsync(videoID, context) is { } refusal)
            return refusal;
        var (body, error) = await JsonBody.ReadAsync(context.Request, EventBody.Default.JsonDocument, context.RequestAborted);
        if (body is null)
            return error!;
        using (body)
        {
            if (ReadRole(body.RootElement) is not { } role)
                return Problem.Of(Error.InvalidJson, "The body is {\"role\":\"viewer\"}, {\"role\":\"moderator\"} or {\"role\":\"host\"}.");
            if (!UserId.TryParse(userID, out var user))
                return Problem.Of(Error.UserNotFound);
            if (await accounts.FindAsync(user, context.RequestAborted) is { IsGuest: true })
                return Problem.Of(Error.AccountRequired, "A guest cannot be admitted or appointed: ask them to sign up first.");
            if (await MayAppointAsync(videoID, user, role, context) is { } hosts)
                return hosts;
            if (await directory.FindAsync(videoID, context.RequestAborted) is not { } liveEvent || !await control.AdmitAsync(liveEvent.Id, user, role, context.RequestAborted))
                return Problem.Of(Error.EventNotFound);
            return new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("eventID"u8, liveEvent.Id.Value);
                json.WriteString("userID"u8, user.Value);
                json.WriteString("role"u8, NameOf(role));
                json.WriteEndObject();
            });
        }
    }

    public async Task<IResult> DismissAsync(string videoID, string userID, HttpContext context)
    {
        if (await RefuseAsync(videoID, context) is { } refusal)
            return refusal;
        if (!UserId.TryParse(userID, out var user))
            return Problem.Of(Error.UserNotFound);
        if (await directory.FindAsync(videoID, context.RequestAborted) is not { } liveEvent)
            return Problem.Of(Error.EventNotFound);
        if (await MayAppointAsync(videoID, user, Role.Viewer, context) is { } hosts)
            return hosts;
        await control.DismissAsync(liveEvent.Id, user, context.RequestAborted);
        return Results.NoContent();
    }

    public async Task<IResult> ParticipantsAsync(string videoID, HttpContext context)
    {
        if (await RefuseAsync(videoID, context) is { } refusal)
            return refusal;
        if (!context.Request.TryLimit(out var limit, out var error) || !context.Request.TrySingle("after", out var after, out error)
            || !context.Request.TrySingle("joined", out var joined, out error))
            return error!;
        if (joined is not (null or "true" or "false"))
            return QueryParameters.Fault("joined", "is true or false");
        var admitted = joined != "true";
        if (await directory.FindAsync(videoID, context.RequestAborted) is not { } liveEvent)
            return Problem.Of(Error.EventNotFound);
        UserId? last = null;
        if (after is not null)
        {
            if (!UserId.TryParse(after, out var user) || (admitted && await participants.FindRoleAsync(liveEvent.Id, user, context.RequestAborted) is null))
                return QueryParameters.Fault("after", "names no participant; start from the first page");
            last = user;
        }
        // One more than asked for is read, to know whether there are more.
        var found = admitted
            ? await participants.ListAdmittedAsync(liveEvent.Id, last, limit + 1, context.RequestAborted)
            : await participants.ListJoinedAsync(liveEvent.Id, last, limit + 1, context.RequestAborted);
        if (found.Count > limit)
            context.AddPageLink("next", "after", found[limit - 1].UserId.ToString(), "joined", "limit");
        var page = found.Take(limit).ToList();
        // Somebody who was admitted before their first visit has no name yet.
        var people = (await accounts.FindByIdsAsync([.. page.Select(one => one.UserId)], context.RequestAborted)).ToDictionary(account => account.Id);
        return Results.Json([.. page.Select(one => PersonAnswer.Of(one.UserId, people.GetValueOrDefault(one.UserId)?.Profile) with
        {
            Role = one.Role is { } role ? NameOf(role) : null,
            JoinedAt = one.JoinedAt,
        })], AuthJson.Default.PersonAnswerArray);
    }

    private async Task<IResult> ChangeAsync(string videoID, HttpContext context, Func<EventId, CancellationToken, ValueTask<EventOutcome>> change)
    {
        if (await RefuseAsync(videoID, context) is { } refusal)
            return refusal;
        return await directory.FindAsync(videoID, context.RequestAborted) is { } liveEvent
            ? Answer(await change(liveEvent.Id, context.RequestAborted))
            : Problem.Of(Error.EventNotFound);
    }

    private static IResult? Refuse(HttpContext context, out Caller? caller)
    {
        caller = context.Caller();
        return caller is null ? Problem.Of(Error.Unauthenticated) : caller.IsAdministrator ? null : Problem.Of(Error.Forbidden, "Only administrators change events, and hosts theirs.");
    }

    /// <summary>Administrators change every event, hosts theirs. Who may do neither does not learn whether there is one.</summary>
    private async ValueTask<IResult?> RefuseAsync(string videoID, HttpContext context) =>
        Refuse(context, out var caller) is { } refusal && (caller is null || !await directory.IsHostAsync(videoID, caller, context.RequestAborted)) ? refusal : null;

    /// <summary>Hosts appoint moderators; only administrators say who is a host.</summary>
    private async ValueTask<IResult?> MayAppointAsync(string videoID, UserId user, Role role, HttpContext context) =>
        context.Caller() is { IsAdministrator: false } && (role == Role.Administrator
            || (await directory.FindAsync(videoID, context.RequestAborted) is { } liveEvent && await participants.FindRoleAsync(liveEvent.Id, user, context.RequestAborted) == Role.Administrator))
            ? Problem.Of(Error.Forbidden, "Only administrators appoint and dismiss hosts.") : null;

    /// <summary>An event's own administrator is its host.</summary>
    private static string NameOf(Role role) => role == Role.Administrator ? "host" : Roles.Name(role);

    private static Role? ReadRole(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || body.EnumerateObject().Count() != 1 || !body.TryGetProperty("role"u8, out var role) || role.ValueKind != JsonValueKind.String)
            return null;
        return role.ValueEquals("viewer"u8) ? Role.Viewer : role.ValueEquals("moderator"u8) ? Role.Moderator : role.ValueEquals("host"u8) ? Role.Administrator : null;
    }

    private IResult Answer(EventOutcome outcome, int status = StatusCodes.Status200OK) => outcome.Event is { } liveEvent
        ? new JsonAnswer(json => EventJson.Write(json, liveEvent, feeds.Viewers(liveEvent.Id), configuration: true), status)
        : Problem.Of(outcome.Error!, outcome.Detail);
}
