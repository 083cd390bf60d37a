using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Caching;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Pictures;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Http;

namespace LiveComments.Server.Pictures;

/// <summary>Pictures of people and of events: uploaded, served, taken away.</summary>
internal sealed class PictureEndpoints(
    IPictureStore pictures, PictureUploads uploads, MeEndpoints me, ProfileChanges changes, IAccountStore accounts, EventControl control, EventDirectory directory, IModerationStore moderation, TimeProvider time)
{
    /// <summary>Pictures in memory: 20 MB of people, or 150 MB at worst if all are of events.</summary>
    private const int Cached = 1_000;

    /// <summary>Also how long another node may still show one that was taken away.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly BoundedCache<PictureId, (StoredPicture Picture, long At)> _cache = new(Cached);

    /// <summary>Everybody who knows the address may see it, as a browser asks without a token.</summary>
    public async Task<IResult> GetAsync(string pictureID, HttpContext context, CancellationToken ct)
    {
        if (!PictureId.TryParse(pictureID, out var id))
            return Problem.Of(Error.NotFound);
        var now = time.GetTimestamp();
        if (!_cache.TryGet(id, out var known) || time.GetElapsedTime(known.At, now) > Fresh || (int.TryParse(context.Request.Query["v"], CultureInfo.InvariantCulture, out var version) && version > known.Picture.Version))
        {
            var stamp = _cache.Stamp;
            if (await pictures.FindAsync(id, ct) is not { } found)
                return Problem.Of(Error.NotFound);
            _cache.Set(id, known = (found, now), stamp);
        }
        // Its address changes with it. A day, so that one that was taken away does not stay for ever.
        context.Response.Headers.CacheControl = "public, max-age=86400";
        return TypedResults.Bytes(known.Picture.Picture, "image/jpeg");
    }

    public async Task<IResult> PutMineAsync(HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (await me.AccountAsync(caller, ct) is not { } account)
            return Problem.Of(Error.UserNotFound);
        if (account.IsGuest)
            return Problem.Of(Error.AccountRequired, "A guest has no picture.");
        var (picture, error) = await uploads.ReadAsync(context, PictureShape.OfPerson, ct);
        if (picture is null)
            return error!;
        if (await pictures.PutAsync(PictureSubject.Of(caller.UserId), picture, ct) is not { } address)
            return Problem.Of(Error.UserNotFound);
        var outcome = await changes.ApplyAsync(caller.UserId, now => new(now with { AvatarUrl = address.ToString() }), ct);
        return outcome.Account is { } changed ? await me.AnswerAsync(caller, changed, ct) : Problem.Of(outcome.Error!, outcome.Detail);
    }

    /// <summary>By moderators of everything, of others; the audit log has it.</summary>
    public async Task<IResult> DeleteOfPersonAsync(string userID, HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (caller is not { Role: > Role.Viewer, ModeratorOf: null })
            return Problem.Of(Error.Forbidden, "Only administrators, and moderators of all events, take pictures away.");
        if (!UserId.TryParse(userID, out var user) || await accounts.FindAsync(user, ct) is not { } account)
            return Problem.Of(Error.UserNotFound);
        if (account.AvatarUrl is not null)
        {
            var outcome = await changes.ApplyAsync(user, static now => new(now with { AvatarUrl = null }), ct);
            if (outcome.Account is null)
                return Problem.Of(outcome.Error!);
            var now = time.GetUtcNow();
            await moderation.DecideAsync([new ModeratorDecision(Guid.CreateVersion7(now), null, caller.UserId, now, DecisionAction.RemovePicture, null, user)], ct);
        }
        return TypedResults.NoContent();
    }

    public async Task<IResult> PutOfEventAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (liveEvent, refusal) = await EventAsync(videoID, context, ct);
        if (liveEvent is null)
            return refusal!;
        var (picture, error) = await uploads.ReadAsync(context, PictureShape.OfEvent, ct);
        if (picture is null)
            return error!;
        if (await pictures.PutAsync(PictureSubject.Of(liveEvent.Id), picture, ct) is not { } address)
            return Problem.Of(Error.EventNotFound);
        var outcome = await control.ChangeAsync(liveEvent.Id, was => was with { Settings = was.Settings with { PictureUrl = address.ToString() } }, ct);
        return outcome.Event is not null ? Results.Json(new PictureAnswer(address.ToString()), AuthJson.Default.PictureAnswer) : Problem.Of(outcome.Error!, outcome.Detail);
    }

    public async Task<IResult> DeleteOfEventAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (liveEvent, error) = await EventAsync(videoID, context, ct);
        if (liveEvent is null)
            return error!;
        var outcome = await control.ChangeAsync(liveEvent.Id, was => was with { Settings = was.Settings with { PictureUrl = null } }, ct);
        if (outcome.Event is null)
            return Problem.Of(outcome.Error!, outcome.Detail);
        await pictures.DeleteAsync(PictureSubject.Of(liveEvent.Id), ct);
        return TypedResults.NoContent();
    }

    private async Task<(LiveEvent? Event, IResult? Error)> EventAsync(string videoID, HttpContext context, CancellationToken ct) =>
        context.Caller() is { IsAdministrator: false } caller && !await directory.IsHostAsync(videoID, caller, ct) ? (null, Problem.Of(Error.Forbidden, "Only administrators change events, and hosts theirs."))
        : await directory.FindAsync(videoID, ct) is { } liveEvent ? (liveEvent, null)
        : (null, Problem.Of(Error.EventNotFound));
}
