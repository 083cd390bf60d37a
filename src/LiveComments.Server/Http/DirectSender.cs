using System.Net;

namespace LiveComments.Server.Http;

/// <summary>Who sent a request, as far as that is certain.</summary>
internal static class DirectSender
{
    /// <summary>The sender's address: the client's, also behind a trusted proxy. Null when an unknown proxy passed the request on, and over a Unix socket.</summary>
    public static IPAddress? Sender(this HttpContext context)
    {
        // A trusted proxy's headers have been removed by now. Remaining ones come from an unknown proxy.
        if (context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("Forwarded") || context.Connection.RemoteIpAddress is not { } address)
            return null;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
