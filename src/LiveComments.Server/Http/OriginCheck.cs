using System.Net;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>
/// Refuses state-changing calls and WebSockets from pages of other origins. Browsers send <c>Origin</c> with all of them and
/// scripts cannot change it. A request without one does not come from a browser, so it carries no visitor's cookies.
/// </summary>
internal sealed partial class OriginCheck(RequestDelegate next, IOptions<OriginOptions> options, TimeProvider time, ILogger<OriginCheck> log)
{
    private readonly HashSet<string> _allowed = new(options.Value.Allowed, StringComparer.OrdinalIgnoreCase);
    private readonly OccasionalWarning _warning = new(time);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var acts = WebSocketOffer.IsMadeBy(context)
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));
        return !acts || MayAct(request) ? next(context) : RefuseAsync(context);
    }

    private bool MayAct(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (origin.Count == 0)
            // Some old browsers omit Origin but send Sec-Fetch-Site.
            return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
        return origin.Count == 1 && (origin[0]!.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) || _allowed.Contains(origin[0]!));
    }

    private Task RefuseAsync(HttpContext context)
    {
        var request = context.Request;
        // Our own page over https: a proxy ends TLS, but its header was missing or not trusted.
        var byOtherScheme = request.Headers.Origin.ToString().Equals($"{(request.IsHttps ? "http" : "https")}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        if (byOtherScheme && _warning.IsDue())
            LogOtherScheme(log, request.Scheme, context.Connection.RemoteIpAddress);
        return Problem.Of(Error.OriginRefused, byOtherScheme || ProxyHeaders.WereNotBelieved(context)
            ? "If a proxy stands before the server, its operator names it in LiveComments:Proxy:Trusted and has it send X-Forwarded-Proto and -Host." : null).ExecuteAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This server's own page was refused, because its request came as {Scheme} from {Address}. If that is your proxy, set LiveComments:Proxy:Trusted:0 to its address and have it send X-Forwarded-Proto")]
    private static partial void LogOtherScheme(ILogger log, string scheme, IPAddress? address);
}
