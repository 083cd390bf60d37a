using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Polls;
using LiveComments.Server.Events;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Polls;

/// <summary>The polls of an event.</summary>
internal sealed class PollEndpoints(Ingest.Ingest ingest, PollControl control, IPollStore store, EventDirectory directory)
{
    public async Task<IResult> ListAsync(string videoID, HttpContext context)
    {
        var (liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        var (ct, caller) = (context.RequestAborted, context.Caller());
        var polls = await store.ListAsync(liveEvent.Id, ct);
        var isModerator = await directory.RoleAsync(liveEvent, caller, ct) >= Role.Moderator;
        var given = caller is null || polls.Count == 0 ? null : await store.GivenByAsync(liveEvent.Id, caller.UserId, ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var poll in polls)
                PollJson.Write(json, isModerator ? poll : poll.ForViewers(), given is not null && given.TryGetValue(poll.Id, out var own) ? own : null);
            json.WriteEndArray();
        });
    }

    public async Task<IResult> OpenAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (moderator, refused) = await ModeratorAsync(videoID, context, ct);
        if (moderator is null)
            return refused!;
        var (body, fault) = await JsonBody.ReadAsync(context.Request, PollBodies.Default.OpenPollBody, ct);
        if (body is null)
            return fault!;
        return PollText.Read(body, out var question, out var options, out var results, out var lasts) is { } wrong
            ? Problem.Of(Error.InvalidPoll, wrong)
            : Answer(await control.OpenAsync(moderator, question, options, results, lasts, ct), StatusCodes.Status201Created);
    }

    public async Task<IResult> CloseAsync(string videoID, string pollID, HttpContext context, CancellationToken ct)
    {
        var (moderator, refused) = await ModeratorAsync(videoID, context, ct);
        if (moderator is null)
            return refused!;
        var (body, fault) = await JsonBody.ReadAsync(context.Request, PollBodies.Default.ClosePollBody, ct);
        if (body is null)
            return fault!;
        if (body.Status != PollStatus.Closed.Name())
            return Problem.Of(Error.InvalidPoll, "status is closed: a poll does not open again.");
        return PollId.TryParse(pollID, out var poll) ? Answer(await control.ChangeAsync(moderator, poll, PollStatus.Closed, ct)) : Problem.Of(Error.PollNotFound);
    }

    public async Task<IResult> RemoveAsync(string videoID, string pollID, HttpContext context, CancellationToken ct)
    {
        var (moderator, refused) = await ModeratorAsync(videoID, context, ct);
        if (moderator is null)
            return refused!;
        if (!PollId.TryParse(pollID, out var poll))
            return Problem.Of(Error.PollNotFound);
        var outcome = await control.ChangeAsync(moderator, poll, PollStatus.Removed, ct);
        return outcome.Error is { } error ? Problem.Of(error, outcome.Detail) : Results.NoContent();
    }

    public async Task<IResult> VoteAsync(HttpContext context)
    {
        var caller = context.Caller();
        VoteBody? body = null;
        if (caller is not null)
        {
            (body, var fault) = await JsonBody.ReadAsync(context.Request, PollBodies.Default.VoteBody, context.RequestAborted);
            if (body is null)
                return fault!;
        }
        var vote = new Vote(PollId.TryParse((string?)context.Request.RouteValues["pollID"], out var poll) ? poll : default, body?.Option ?? -1);
        var outcome = await ingest.ReactAsync(Doors.Http, (string)context.Request.RouteValues["videoID"]!,
            new ReactionRequest(caller, body?.UserID, null, null, TakesBack: false, Address: context.Connection.RemoteIpAddress, Vote: vote), context.RequestAborted);
        if (outcome.Refusal is { } refusal)
            return Problem.Of(refusal.Error, null, refusal.RetryAfter);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, "success"u8);
            json.WriteString("pollID"u8, vote.Poll.Value);
            json.WriteNumber("option"u8, vote.Option);
            PollJson.WriteTally(json, outcome.Votes!);
            json.WriteEndObject();
        });
    }

    private async Task<(Moderator? Moderator, IResult? Refused)> ModeratorAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        return moderator is null ? (null, Problem.Of(error!, error == Error.Forbidden ? "Only moderators open and close polls." : null)) : (moderator, null);
    }

    private static IResult Answer(PollOutcome outcome, int status = StatusCodes.Status200OK) =>
        outcome.Poll is { } poll ? new JsonAnswer(json => PollJson.Write(json, poll), status) : Problem.Of(outcome.Error!, outcome.Detail);
}
