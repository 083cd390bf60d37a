using LiveComments.Accounts;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Authorization;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>Makes the caller of <c>Authorization: Bearer</c>.</summary>
internal static class BearerTokens
{
    /// <summary>
    /// From here on <see cref="CallerAccess.Caller"/> is whom a verified token speaks for; null for a request without one. A
    /// token that is not valid is answered at once, except where an endpoint allows anonymous callers explicitly: there the
    /// header is not looked at, so that a client with an expired token can refresh it.
    /// </summary>
    public static IApplicationBuilder UseBearerTokens(this IApplicationBuilder app)
    {
        var verifier = app.ApplicationServices.GetRequiredService<TokenVerifier>();
        return app.Use((context, next) =>
        {
            var header = context.Request.Headers.Authorization;
            if (header.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                return next(context);
            if (header.Count > 1 || Token(header[0]) is not { } token)
                return Problem.Of(Error.InvalidToken).ExecuteAsync(context);
            var verified = verifier.VerifyAsync(token, context.RequestAborted);
            return verified.IsCompletedSuccessfully ? GoOn(context, next, verified.Result) : GoOnAsync(context, next, verified);
        });
    }

    private static Task GoOn(HttpContext context, RequestDelegate next, (Caller? Caller, Error? Error) verified)
    {
        if (verified.Caller is not { } caller)
            return Problem.Of(verified.Error!).ExecuteAsync(context);
        context.Features.Set(caller);
        return next(context);
    }

    private static async Task GoOnAsync(HttpContext context, RequestDelegate next, ValueTask<(Caller? Caller, Error? Error)> verified) => await GoOn(context, next, await verified);

    private static string? Token(string? header) =>
        header is not null && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim(' ') : null;
}
