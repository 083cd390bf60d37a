using Microsoft.AspNetCore.Http.Features;

namespace LiveComments.Server.Http;

/// <summary>Recognises requests that ask for a WebSocket.</summary>
internal static class WebSocketOffer
{
    /// <summary>True for an HTTP/1.1 upgrade (RFC 6455) and for an HTTP/2 extended CONNECT (RFC 8441) to a WebSocket.</summary>
    public static bool IsMadeBy(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };
}
