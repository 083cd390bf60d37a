using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth;

/// <summary><c>/auth</c>: from nobody to a token, and back.</summary>
internal static class AuthEndpoints
{
    public const string DisplayNameRule = "displayName has 1-100 characters with something to see, no control characters and none that reorder text.";

    /// <summary>Everything under <c>/auth</c>, and the caller's own profile.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapMe();
        app.MapUsers();
        var auth = app.MapGroup("/auth");
        auth.MapPost("/register", RegisterAsync).AllowAnonymous().Documented(new("register", "Register and log in")
        {
            Description = "With the header `X-Requested-With: LiveComments` the refresh token comes in an `HttpOnly` cookie instead of the body.",
            Body = "Register",
            Answers = [new(201, "SignedIn")],
            Errors = [Error.WeakPassword, Error.Forbidden, Error.UsernameTaken, Error.NameReserved, Error.EmailTaken, Error.RateLimited],
        });
        auth.MapPost("/login", LogInAsync).AllowAnonymous().Documented(new("logIn", "Log in")
        {
            Description = "With the header `X-Requested-With: LiveComments` the refresh token comes in an `HttpOnly` cookie instead of the body.",
            Body = "LogIn",
            Answers = [new(200, "SignedIn")],
            Errors = [Error.InvalidCredentials, Error.TotpRequired, Error.TotpInvalid, Error.AccountSuspended, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/refresh", RefreshAsync).AllowAnonymous().Documented(new("refreshTokens", "Exchange a refresh token for new tokens")
        {
            Description = "Each refresh token is exchanged once. For a minute it gives the same answer again, which may have got lost; used later it ends its log-in, because somebody copied it. "
                + "With the header `X-Requested-With: LiveComments` it is read from the cookie and the body is not looked at.",
            Body = "Refresh",
            Answers = [new(200, "SignedIn")],
            Errors = [Error.InvalidToken, Error.AccountSuspended, Error.RateLimited],
        });
        auth.MapPost("/logout", LogOutAsync).RequireCaller().Documented(new("logOut", "Log out")
        {
            Description = "Ends the log-in that the token belongs to: its open streams, its refresh token, and on this server its access tokens.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.StateConflict],
        });
        auth.MapPost("/password", ChangePasswordAsync).RequireCaller().Documented(new("changePassword", "Change one's password")
        {
            Description = "Needs the code too where the account has an authenticator. Ends every other log-in of the account.",
            Body = "ChangePassword",
            Answers = [new(204)],
            Errors = [Error.WeakPassword, Error.Unauthenticated, Error.InvalidCredentials, Error.TotpRequired, Error.TotpInvalid, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/stream-ticket", IssueTicket).RequireCaller().Documented(new("createStreamTicket", "Get a ticket for a stream's URL")
        {
            Description = "For `?ticket=` where a page cannot send headers: good once, for a minute, on this server.",
            Answers = [new(200, "StreamTicket")],
            Errors = [Error.Unauthenticated, Error.RateLimited],
        });
        auth.MapTotp();
        auth.MapExternalSignIn();
    }

    private static async Task<IResult> RegisterAsync(
        HttpContext context, SignInLimits limits, PasswordHashing hashing, IAccountStore accounts, ReservedNames reserved, Sessions sessions, DeviceCookie devices,
        IOptions<AuthOptions> options, TimeProvider time, CancellationToken ct)
    {
        if (!options.Value.Registration)
            return Problem.Of(Error.Forbidden, "This server takes no registrations.");
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.RegisterBody, ct);
        if (body is null)
            return error!;
        if (body.Username is not { } username || !Username.IsValid(username))
            return Problem.Of(Error.InvalidRequest, "username is 3-30 of A-Z a-z 0-9 _ . -, not ending with . or -.");
        if (body.Email is not { } email || !EmailAddress.IsValid(email))
            return Problem.Of(Error.InvalidRequest, "email is an e-mail address.");
        if (!DisplayName.TryNormalize(body.DisplayName ?? username, out var displayName))
            return Problem.Of(Error.InvalidRequest, DisplayNameRule);
        if (reserved.Contains(username) || reserved.Contains(displayName))
            return Problem.Of(Error.NameReserved);
        if (body.Password is not { } password || !PasswordRules.Allow(password, username, email))
            return Problem.Of(Error.WeakPassword);
        // After the cheap checks, so that a mistake in the form uses up no permit.
        if (limits.Register(context) is { } limited)
            return limited.ToResult();
        string hash;
        using (var place = await hashing.TryEnterAsync(SignInSource.Stranger(context), ct))
        {
            if (place is null)
                return Problem.Of(Error.Busy);
            hash = await place.HashAsync(password);
        }
        var now = time.GetUtcNow();
        var account = new Account(UserId.New(time), username, email, displayName, null, Role.Viewer, AccountStatus.Active, "{}", now, now);
        if (await accounts.AddAsync(account, new Credentials(account.Id, hash, now), ct) is { } taken)
            return Problem.Of(taken);
        return await SignInAsync(context, sessions, devices, account, now, StatusCodes.Status201Created, ct);
    }

    private static async Task<IResult> LogInAsync(
        HttpContext context, SignInLimits limits, PasswordCheck check, IAccountStore accounts, Sessions sessions, DeviceCookie devices, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.LogInBody, ct);
        if (body is null)
            return error!;
        if (body is not { Username: { } username, Password: { } password })
            return Problem.Of(Error.InvalidRequest, "username and password are needed.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        // No account can have such a name or password, so an immediate answer reveals nothing.
        if (!Username.IsValid(username) || password.Length > PasswordRules.MaxLength)
            return Problem.Of(Error.InvalidCredentials);
        var account = (await accounts.FindByUsernamesAsync([username], ct)).SingleOrDefault();
        var (right, refusal) = await check.CheckAsync(account?.Id, devices.Source(context, account?.Id), password, body.Code, ct);
        if (right is null)
            return refusal.ToResult();
        return account!.Status == AccountStatus.Active
            ? await SignInAsync(context, sessions, devices, account, right.PasswordChangedAt, StatusCodes.Status200OK, ct)
            : Problem.Of(Error.AccountSuspended, account.SuspensionReason is { } reason ? $"This account is suspended: {reason}" : null);
    }

    private static async Task<IResult> RefreshAsync(HttpContext context, SignInLimits limits, Sessions sessions, CancellationToken ct)
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
            return Answer(context, signedIn, StatusCodes.Status200OK);
        if (RefreshCookie.IsAskedFor(context.Request))
            RefreshCookie.Clear(context);
        return Problem.Of(refusal!, refusal == Error.InvalidToken ? "The refresh token is unknown, used or expired; log in again." : null);
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, Sessions sessions, CancellationToken ct)
    {
        if (context.Caller()!.SessionId is not { } session)
            return Problem.Of(Error.StateConflict, "This token belongs to no log-in; it is valid until it expires.");
        await sessions.EndAsync(session, ct);
        // Somebody else may have logged in in another tab since; the cookie is theirs then.
        if (RefreshCookie.Read(context.Request) is { } cookie && RefreshToken.Parse(cookie)?.SessionId == session)
            RefreshCookie.Clear(context);
        return Results.NoContent();
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext context, SignInLimits limits, PasswordCheck check, IAccountStore accounts, Sessions sessions, DeviceCookie devices, CancellationToken ct)
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
        return Results.NoContent();
    }

    private static IResult IssueTicket(HttpContext context, StreamTickets tickets)
    {
        var (ticket, expiresAt, refusal) = tickets.Issue(context.Caller()!);
        return refusal is null
            ? Results.Json(new TicketAnswer(ticket, expiresAt), AuthJson.Default.TicketAnswer)
            : Problem.Of(refusal, retryAfter: refusal == Error.RateLimited ? TimeSpan.FromSeconds(10) : null);
    }

    private static async Task<IResult> SignInAsync(HttpContext context, Sessions sessions, DeviceCookie devices, Account account, DateTimeOffset passwordChangedAt, int status, CancellationToken ct)
    {
        var signedIn = await sessions.StartAsync(account, passwordChangedAt, context.Connection.RemoteIpAddress?.ToString(), context.Request.Headers.UserAgent.ToString(), ct);
        if (signedIn is null)
            return Problem.Of(Error.InvalidCredentials);
        devices.Write(context, account.Id);
        return Answer(context, signedIn, status);
    }

    private static IResult Answer(HttpContext context, SignedIn signedIn, int status)
    {
        var inCookie = RefreshCookie.IsAskedFor(context.Request);
        if (inCookie)
            RefreshCookie.Write(context, signedIn);
        return Results.Json(
            new SignedInAnswer(signedIn.UserId.ToString(), signedIn.Token, inCookie ? null : signedIn.RefreshToken, signedIn.ExpiresAt),
            AuthJson.Default.SignedInAnswer, statusCode: status);
    }
}
