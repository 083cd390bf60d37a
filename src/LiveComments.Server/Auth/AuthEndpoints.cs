using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Forgotten;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Http;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth;

/// <summary><c>/auth</c>: from nobody to a token, and back.</summary>
internal sealed class AuthEndpoints(SignInLimits limits, PasswordHashing hashing, IAccountStore accounts, ReservedNames reserved, Sessions sessions, SignedInAnswers answers, DeviceCookie devices, IOptions<AuthOptions> options, TimeProvider time, PasswordCheck check, StreamTickets tickets, BanEvasion evasion, PasswordMail mail)
{
    public const string DisplayNameRule = "displayName has 1-100 characters with something to see, no control characters and none that reorder text.";

    public async Task<IResult> RegisterAsync(HttpContext context, CancellationToken ct)
    {
        if (!options.Value.Registration)
            return Problem.Of(Error.Forbidden, "This server takes no registrations.");
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.RegisterBody, ct);
        if (body is null)
            return error!;
        var (asked, refused) = Registration.Check(body, reserved);
        if (asked is null)
            return refused!;
        // After the cheap checks, so that a mistake in the form uses up no permit.
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
        var account = new Account(UserId.New(time), asked.Username, asked.Email, asked.DisplayName, null, Role.Viewer, AccountStatus.Active, "{}", now, now);
        if (await accounts.AddAsync(account, new Credentials(account.Id, hash, now), ct) is { } taken)
            return Problem.Of(taken);
        return await answers.BeginAsync(context, account, now, StatusCodes.Status201Created, ct);
    }

    public async Task<IResult> LogInAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.LogInBody, ct);
        if (body is null)
            return error!;
        if (body is not { Username: { } typed, Password: { } password })
            return Problem.Of(Error.InvalidRequest, "username and password are needed; username may be the e-mail address.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        // No account can have such a name, e-mail address or password, so an immediate answer reveals nothing.
        var isEmail = EmailAddress.IsValid(typed);
        if ((!isEmail && !Username.IsValid(typed)) || password.Length > PasswordRules.MaxLength)
            return Problem.Of(Error.InvalidCredentials);
        var account = isEmail ? await accounts.FindByEmailAsync(typed, ct) : (await accounts.FindByUsernamesAsync([typed], ct)).SingleOrDefault();
        var (right, refusal) = await check.LogInAsync(account?.Id, LogInName.Counted(typed, isEmail, account?.Id), devices.Source(context, account?.Id), password, body.Code, ct);
        if (right is null)
            return refusal.ToResult();
        return account!.Status == AccountStatus.Active
            ? await answers.BeginAsync(context, account, right.PasswordChangedAt, StatusCodes.Status200OK, ct)
            : Problem.Of(Error.AccountSuspended, account.SuspensionReason is { } reason ? $"This account is suspended: {reason}" : null);
    }

    public async Task<IResult> RefreshAsync(HttpContext context, CancellationToken ct)
    {
        string? token;
        if (RefreshCookie.IsAskedFor(context.Request))
        {
            token = RefreshCookie.Read(context.Request);
        }
        else
        {
            var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.RefreshBody, ct);
            if (body is null)
                return error!;
            token = body.RefreshToken;
        }
        if (token is null)
            return Problem.Of(Error.InvalidRequest, "refreshToken is needed.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        var (signedIn, refusal) = await sessions.RefreshAsync(token, ct);
        if (signedIn is not null)
        {
            UserId[] known = [.. devices.Accounts(context)];
            evasion.SignedIn(signedIn.UserId, known);
            // Who comes back from a provider of log-ins has no cookies that are strict; the page's first refresh has.
            if (RefreshCookie.IsAskedFor(context.Request) && !known.Contains(signedIn.UserId))
                devices.Write(context, signedIn.UserId);
            return SignedInAnswers.Of(context, signedIn, StatusCodes.Status200OK);
        }
        if (RefreshCookie.IsAskedFor(context.Request))
            RefreshCookie.Clear(context);
        return Problem.Of(refusal!, refusal == Error.InvalidToken ? "The refresh token is unknown, used or expired; log in again." : null);
    }

    public async Task<IResult> LogOutAsync(HttpContext context, CancellationToken ct)
    {
        if (context.Caller()!.SessionId is not { } session)
            return Problem.Of(Error.StateConflict, "This token belongs to no log-in; it is valid until it expires.");
        await sessions.EndAsync(session, ct);
        // Somebody else may have logged in in another tab since; the cookie is theirs then.
        if (RefreshCookie.Read(context.Request) is { } cookie && RefreshToken.Parse(cookie)?.SessionId == session)
            RefreshCookie.Clear(context);
        return Results.NoContent();
    }

    public async Task<IResult> ChangePasswordAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.PasswordBody, ct);
        if (body is null)
            return error!;
        if (body is not { CurrentPassword: { Length: <= PasswordRules.MaxLength } current, NewPassword: { } next })
            return Problem.Of(Error.InvalidRequest, "currentPassword and newPassword are needed.");
        // It costs two hashes, and a node computes few at a time.
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        var caller = context.Caller()!;
        if (await accounts.FindAsync(caller.UserId, ct) is not { } account || await accounts.FindCredentialsAsync(account.Id, ct) is null)
            return Problem.Of(Error.StateConflict, "This account has no password here.");
        if (!PasswordRules.Allow(next, account.Username, account.Email))
            return Problem.Of(Error.WeakPassword);
        var (right, refusal) = await check.CheckAsync(account.Id, devices.Source(context, account.Id), current, body.Code, ct, newPassword: next);
        if (right is null)
            return refusal.ToResult();
        await sessions.EndOthersAsync(caller.UserId, caller.SessionId, ct);
        mail.TellChanged(account);
        return Results.NoContent();
    }

    public IResult IssueTicket(HttpContext context)
    {
        var (ticket, expiresAt, refusal) = tickets.Issue(context.Caller()!);
        return refusal is null
            ? Results.Json(new TicketAnswer(ticket, expiresAt), AuthJson.Default.TicketAnswer)
            : Problem.Of(refusal, retryAfter: refusal == Error.RateLimited ? TimeSpan.FromSeconds(10) : null);
    }
}
