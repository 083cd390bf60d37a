using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>The calls of a sign-in with a provider.</summary>
internal static class SignInRoutes
{
    public static void MapExternalSignIn(this IEndpointRouteBuilder auth)
    {
        var signIn = ActivatorUtilities.CreateInstance<SignInEndpoints>(auth.ServiceProvider);
        auth.MapPost("/external/{provider}", signIn.BeginAsync).AllowAnonymous().Documented(new("beginExternalSignIn", "Begin a sign-in with a provider")
        {
            Description = "For a page of this site: it goes on to `location`, where the provider asks who it is, and finds itself at `return` afterwards. "
                + "The browser keeps what belongs to the attempt in a cookie for ten minutes.",
            Body = "BeginSignIn",
            Answers = [new(200, "SignInBegun")],
            Errors = [Error.NotFound, Error.RateLimited, Error.IssuerUnavailable],
        });
        auth.MapGet("/external/{provider}/callback", signIn.EndAsync).AllowAnonymous()
            // A provider may take longer to exchange the code than a request may take here; the exchange has a limit of its own.
            .DisableRequestTimeout()
            .Documented(new("endExternalSignIn", "End a sign-in with a provider")
            {
                Description = "Where the provider sends the browser back to; its redirect URI. Leads to the attempt's `return` with the refresh token in a cookie, "
                    + "or with `#sign-in=` and why not: `denied`, `expired`, `failed`, `unavailable`, `busy`, `limited`, `suspended` or `has-password`.",
                Answers = [new(302)],
                Errors = [Error.NotFound],
            });
    }
}
