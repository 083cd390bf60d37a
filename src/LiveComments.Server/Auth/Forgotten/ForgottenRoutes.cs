using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth.Forgotten;

/// <summary>The calls of people who have forgotten their password.</summary>
internal static class ForgottenRoutes
{
    public static void MapForgottenPasswords(this IEndpointRouteBuilder auth)
    {
        var forgotten = ActivatorUtilities.CreateInstance<ForgottenEndpoints>(auth.ServiceProvider);
        auth.MapPost("/password/forgotten", forgotten.AskAsync).AllowAnonymous().Documented(new("askForPassword", "Ask for a link to choose a new password")
        {
            Description = "Where the server sends e-mail (`LiveComments:Mail`). Whoever has an account with the address gets a link that is good once, for 30 minutes, and at most three an hour; the answer is the same whether somebody has or not.",
            Body = "Email",
            Answers = [new(202, "Asked")],
            Errors = [Error.Forbidden, Error.RateLimited],
        });
        auth.MapPost("/password/reset", forgotten.ResetAsync).AllowAnonymous().Documented(new("resetPassword", "Choose a new password with a link's token")
        {
            Description = "`token` is what the link has after `#token=`. Every log-in of the account ends, and its owner is told by e-mail. An authenticator stays: the next log-in needs its code.",
            Body = "ResetPassword",
            Answers = [new(204)],
            Errors = [Error.LinkExpired, Error.WeakPassword, Error.RateLimited],
        });
    }
}
