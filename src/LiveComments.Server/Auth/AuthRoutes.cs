using LiveComments.Server.Auth.Forgotten;
using LiveComments.Server.Auth.Guests;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth;

/// <summary>The calls under <c>/auth</c>.</summary>
internal static class AuthRoutes
{
    /// <summary>Everything under <c>/auth</c>, and the caller's own profile.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var calls = ActivatorUtilities.CreateInstance<AuthEndpoints>(app.ServiceProvider);
        app.MapMe();
        app.MapUsers();
        var auth = app.MapGroup("/auth");
        auth.MapPost("/register", calls.RegisterAsync).AllowAnonymous().Documented(new("register", "Register and log in")
        {
            Description = "With the header `X-Requested-With: LiveComments` the refresh token comes in an `HttpOnly` cookie instead of the body.",
            Body = "Register",
            Answers = [new(201, "SignedIn")],
            Errors = [Error.WeakPassword, Error.Forbidden, Error.UsernameTaken, Error.NameReserved, Error.EmailTaken, Error.RateLimited],
        });
        auth.MapPost("/login", calls.LogInAsync).AllowAnonymous().Documented(new("logIn", "Log in")
        {
            Description = "By username or e-mail address. What nobody has is answered as a wrong password is, and as slowly. With the header `X-Requested-With: LiveComments` the refresh token comes in an `HttpOnly` cookie instead of the body.",
            Body = "LogIn",
            Answers = [new(200, "SignedIn")],
            Errors = [Error.InvalidCredentials, Error.TotpRequired, Error.TotpInvalid, Error.AccountSuspended, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/refresh", calls.RefreshAsync).AllowAnonymous().Documented(new("refreshTokens", "Exchange a refresh token for new tokens")
        {
            Description = "Each refresh token is exchanged once. For a minute it gives the same answer again, which may have got lost; used later it ends its log-in, because somebody copied it. "
                + "With the header `X-Requested-With: LiveComments` it is read from the cookie and the body is not looked at.",
            Body = "Refresh",
            Answers = [new(200, "SignedIn")],
            Errors = [Error.InvalidToken, Error.AccountSuspended, Error.RateLimited],
        });
        auth.MapPost("/logout", calls.LogOutAsync).RequireCaller().Documented(new("logOut", "Log out")
        {
            Description = "Ends the log-in that the token belongs to: its open streams, its refresh token, and on this server its access tokens.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.StateConflict],
        });
        auth.MapPost("/password", calls.ChangePasswordAsync).RequireCaller().Documented(new("changePassword", "Change one's password")
        {
            Description = "Needs the code too where the account has an authenticator. Ends every other log-in of the account, and tells its owner by e-mail where the server sends it.",
            Body = "ChangePassword",
            Answers = [new(204)],
            Errors = [Error.WeakPassword, Error.Unauthenticated, Error.InvalidCredentials, Error.TotpRequired, Error.TotpInvalid, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/stream-ticket", calls.IssueTicket).RequireCaller().Documented(new("createStreamTicket", "Get a ticket for a stream's URL")
        {
            Description = "For `?ticket=` where a page cannot send headers: good once, for a minute.",
            Answers = [new(200, "StreamTicket")],
            Errors = [Error.Unauthenticated, Error.RateLimited],
        });
        auth.MapForgottenPasswords();
        auth.MapGuests();
        auth.MapTotp();
        auth.MapExternalSignIn();
    }
}
