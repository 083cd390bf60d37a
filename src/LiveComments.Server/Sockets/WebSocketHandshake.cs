using System.Security.Cryptography;
using System.Text;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LiveComments.Server.Sockets;

/// <summary>The opening handshake of RFC 6455 (HTTP/1.1 upgrade) and RFC 8441 (HTTP/2 extended CONNECT).</summary>
internal static class WebSocketHandshake
{
    private const string Subprotocol = "livecomments.v1";

    /// <summary>Refuses what opens neither a WebSocket nor a stream of events; null for GET, HEAD and CONNECT, which is how HTTP/2 opens a WebSocket. A stream's route takes every method and asks here.</summary>
    public static IResult? MethodFault(HttpContext context)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsConnect(method))
            return null;
        context.Response.Headers.Allow = "GET, HEAD";
        return Problem.Of(Error.MethodNotAllowed);
    }

    /// <summary>What is wrong with an offer; null when it can be accepted.</summary>
    public static IResult? Fault(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.SecWebSocketVersion != "13")
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            return Problem.Of(Error.InvalidRequest, "Sec-WebSocket-Version must be 13.");
        }
        Span<byte> key = stackalloc byte[18];
        if (IsUpgrade(context) && !(Convert.TryFromBase64String(headers.SecWebSocketKey.ToString(), key, out var length) && length == 16))
            return Problem.Of(Error.InvalidRequest, "Sec-WebSocket-Key must be 16 bytes in base64.");
        return null;
    }

    /// <summary>Accepts; the stream carries frames from here on.</summary>
    /// <param name="extensions">What is answered to the extensions that were offered; null for none.</param>
    public static async ValueTask<Stream> AcceptAsync(HttpContext context, string? extensions)
    {
        var headers = context.Response.Headers;
        // Over HTTP/2 Kestrel writes no header behind one that has no value.
        if (extensions is not null)
            headers.SecWebSocketExtensions = extensions;
        foreach (var offer in context.Request.Headers.SecWebSocketProtocol)
            if (offer!.Split(',', StringSplitOptions.TrimEntries).Contains(Subprotocol))
                headers.SecWebSocketProtocol = Subprotocol;
        if (!IsUpgrade(context))
            return await context.Features.Get<IHttpExtendedConnectFeature>()!.AcceptAsync();
        headers.Upgrade = "websocket";
        headers.Connection = "Upgrade";
        // RFC 6455, 4.2.2: the key and this constant, hashed with SHA-1.
        headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        return await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
    }

    private static bool IsUpgrade(HttpContext context) => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
}
