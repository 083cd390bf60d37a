using System.Net.Sockets;
using System.Runtime.InteropServices;
using LiveComments.Configuration;
using LiveComments.Feeds;
using LiveComments.Server.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary>Registers the stream.</summary>
internal static class StreamServices
{
    public static void AddStreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<StreamOptions>("LiveComments:Stream").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SocketSessions>();
        builder.Services.AddSingleton<StreamEndpoint>();
        builder.Services.AddHostedService<Drain>();
        builder.Services.AddHostedService<SessionSweep>();
        builder.Services.AddHostedService<EvenOut>();
        builder.Services.AddOptions<HostOptions>().Configure((HostOptions host, IOptions<StreamOptions> stream) =>
            host.ShutdownTimeout = stream.Value.DrainAfter + stream.Value.DrainWithin + TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(BareConnection.Use)));
        builder.Services.AddOptions<SocketTransportOptions>().Configure((SocketTransportOptions sockets, IOptions<FeedOptions> feeds) =>
        {
            sockets.MaxReadBufferSize = ReadBuffer;
            sockets.CreateBoundListenSocket = endpoint => Listen(endpoint, feeds.Value);
            // Requests run on the thread that received them: see InlineRequests. The option is called unsafe because blocking there stalls other connections.
            sockets.UnsafePreferInlineScheduling = true;
        });
    }

    /// <summary>
    /// What this process and the kernel take of a connection that is not read, in bytes; the kernel doubles it. Enough for the largest message and the largest headers, and little enough that
    /// a client which sends faster than it is served is slowed down at once, instead of being answered seconds later. By default it would be more than a megabyte.
    /// </summary>
    private const int ReadBuffer = 40 * 1024, ReceiveBuffer = 16 * 1024;

    /// <summary>Accepted sockets inherit these from the listening one.</summary>
    private static Socket Listen(System.Net.EndPoint endpoint, FeedOptions feeds)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (socket.ProtocolType != ProtocolType.Tcp)
            return socket;
        socket.SendBufferSize = feeds.SendBuffer;
        socket.ReceiveBufferSize = ReceiveBuffer;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            // Sent data that nobody acknowledges ends the connection (RFC 5482): with a ping every PingEvery, a half-open one within SilentAfter.
            var unacknowledged = (int)(feeds.SilentAfter - feeds.PingEvery).TotalMilliseconds;
            const int tcpUserTimeout = 18;
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, tcpUserTimeout, BitConverter.GetBytes(unacknowledged));
        }
        return socket;
    }
}
