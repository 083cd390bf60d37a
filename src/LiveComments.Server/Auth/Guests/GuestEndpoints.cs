using System.Text;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.Guests;

/// <summary>
/// <c>/auth/guest</c>: from nobody to a guest, and from a guest to an account. A guest is an account with a given username and no password, so that limits, moderation and erasure treat it as every other; what it may
/// not do is refused with <see cref="Error.AccountRequired"/>.
/// </summary>
internal sealed class GuestEndpoints(
    SignInLimits limits, Escalation escalation, BanEvasion evasion, EventDirectory events, IAccountStore accounts, Profiles profiles, ReservedNames reserved, PasswordHashing hashing, SignedInAnswers answers, IOptions<AuthOptions> options, TimeProvider time)
{
    /// <summary>How often a name is drawn that another guest has already. With ten million guests one in four hundred draws is.</summary>
    private const int Tries = 16;

    /// <summary>Makes a guest and logs them in.</summary>
    public async Task<IResult> ComeAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.GuestBody, ct);
        if (body is null)
            return error!;
        if (body.VideoId is not { } videoId)
            return Problem.Of(Error.InvalidRequest, "videoID is needed: the event to write in.");
        if (!DisplayName.TryNormalize(body.DisplayName, out var name))
            return Problem.Of(Error.InvalidRequest, AuthEndpoints.DisplayNameRule);
        if (reserved.Contains(name))
            return Problem.Of(Error.NameReserved);
        if (await events.FindAsync(videoId, ct) is not { Settings.Visibility: Visibility.Public } liveEvent)
            return Problem.Of(Error.EventNotFound);
        if (!liveEvent.Settings.Guests)
            return Problem.Of(Error.AccountRequired, "This event takes comments from accounts only.");
        if (liveEvent.Status == EventStatus.Ended)
            return Problem.Of(Error.EventNotLive);
        if (await IsTakenAsync(name, ct))
            return Problem.Of(Error.UsernameTaken);
        var address = context.Connection.RemoteIpAddress;
        var answer = context.Request.Headers["X-Challenge-Answer"] is [{ Length: > 0 } given] ? given : null;
        if (await escalation.CheckNewcomerAsync(liveEvent.Id, address, answer, ct) is { } refusal)
            return Problem.Of(refusal.Error, null, refusal.RetryAfter, refusal.Challenge);
        var now = time.GetUtcNow();
        var id = UserId.New(time);
        if (evasion.Of(liveEvent.Id, id, address, now) == BanSuspicion.NetworkBanned)
            return Problem.Of(Error.NetworkBlocked);
        // After everything that costs nothing, so that a mistake uses up no permit.
        if (limits.Guest(context) is { } limited)
            return limited.ToResult();
        for (var i = 0; i < Tries; i++)
        {
            var guest = new Account(id, GuestName.New(), null, name, null, Role.Viewer, AccountStatus.Active, "{}", now, now);
            if (await accounts.AddAsync(guest, null, ct) is not { } taken)
                return await answers.BeginAsync(context, guest, null, StatusCodes.Status201Created, ct);
            if (taken != Error.UsernameTaken)
                return Problem.Of(taken);
        }
        return Problem.Of(Error.Busy);
    }

    /// <summary>Makes an account of a guest, whose log-in goes on.</summary>
    public async Task<IResult> RegisterAsync(HttpContext context, CancellationToken ct)
    {
        if (!options.Value.Registration)
            return Problem.Of(Error.Forbidden, "This server takes no registrations.");
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.RegisterBody, ct);
        if (body is null)
            return error!;
        var id = context.Caller()!.UserId;
        if (await accounts.FindAsync(id, ct) is not { IsGuest: true } guest)
            return Problem.Of(Error.StateConflict, "Only guests become accounts; this is one already.");
        var (asked, refused) = Registration.Check(body, reserved, guest.DisplayName);
        if (asked is null)
            return refused!;
        if (limits.Register(context) is { } limited)
            return limited.ToResult();
        string hash;
        using (var place = await hashing.TryEnterAsync(SignInSource.Stranger(context), ct))
        {
            if (place is null)
                return Problem.Of(Error.Busy);
            hash = await place.HashAsync(asked.Password);
        }
        var now = time.GetUtcNow();
        var account = guest with { Username = asked.Username, Email = asked.Email, DisplayName = asked.DisplayName, UpdatedAt = now };
        if (await accounts.KeepGuestAsync(account, new Credentials(id, hash, now), ct) is { } taken)
            return Problem.Of(taken);
        profiles.Forget(id);
        return Results.NoContent();
    }

    /// <summary>Whether somebody has an account with a nickname as its username, in whatever spacing, case or width.</summary>
    private async ValueTask<bool> IsTakenAsync(string name, CancellationToken ct)
    {
        var username = string.Concat(name.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c)));
        return Username.IsValid(username) && (await profiles.FindByUsernamesAsync([username], ct)).Count > 0;
    }
}
