using LiveComments.Server.Streams;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>
/// Refuses state-changing calls and WebSockets from pages of other origins. Browsers send <c>Origin</c> with all of them and
/// scripts cannot change it; a request without one is no browser's, and has no visitor's cookies to abuse.
/// </summary>
internal sealed class OriginCheck(RequestDelegate next, IOptions<OriginOptions> options)
{
    private readonly HashSet<string> _allowed = new(options.Value.Allowed, StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var acts = WebSocketHandshake.IsOffered(context)
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));
        return !acts || MayAct(request) ? next(context) : Problem.Of(Error.OriginRefused).ExecuteAsync(context);
    }

    private bool MayAct(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (origin.Count == 0)
            // Some old browsers leave Origin out, but say where a request comes from all the same.
            return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
        return origin.Count == 1 && (origin[0]!.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) || _allowed.Contains(origin[0]!));
    }
}
