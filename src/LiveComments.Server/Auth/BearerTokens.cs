using LiveComments.Server.Http;
using Microsoft.AspNetCore.Authorization;

namespace LiveComments.Server.Auth;

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
        return app.Use(async (context, next) =>
        {
            var header = context.Request.Headers.Authorization;
            if (header.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                await next(context);
                return;
            }
            var (caller, error) = header.Count == 1 && Token(header[0]) is { } token
                ? await verifier.VerifyAsync(token, context.RequestAborted)
                : (null, Error.InvalidToken);
            if (caller is null)
            {
                await Problem.Of(error!).ExecuteAsync(context);
                return;
            }
            context.Features.Set(caller);
            await next(context);
        });
    }

    private static string? Token(string? header) =>
        header is not null && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim(' ') : null;
}
