using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Connections;

/// <summary>Kestrel's transport on sockets, with the gate before it.</summary>
internal sealed class GatedTransport(IOptions<SocketTransportOptions> options, IServiceProvider services, TimeProvider time, ILoggerFactory logs) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var sockets = options.Value;
        // Created late: commands build a server that they never start, and need no gate.
        var gate = services.GetRequiredService<ConnectionGate>();
        if (endpoint is UnixDomainSocketEndPoint unix)
            AbandonedSocket.Remove(unix);
        Socket socket;
        try
        {
            socket = sockets.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
        socket.Listen(sockets.Backlog);
        var connections = new SocketConnectionContextFactory(OptionsOf(sockets), logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
        return new ValueTask<IConnectionListener>(new GatedListener(socket, connections, sockets.NoDelay, gate, time));
    }

    /// <summary>Kestrel's own factory, whose connections read into pooled pinned memory. If a later framework changes it, the public one is used, whose connections allocate an array for
    /// each read.</summary>
    private static SocketConnectionFactoryOptions OptionsOf(SocketTransportOptions sockets)
    {
        try
        {
            return LikeKestrel(sockets);
        }
        catch (MissingMethodException)
        {
            return Public(sockets);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    internal static extern SocketConnectionFactoryOptions LikeKestrel(SocketTransportOptions options);

    internal static SocketConnectionFactoryOptions Public(SocketTransportOptions sockets) => new()
    {
        IOQueueCount = sockets.IOQueueCount,
        WaitForDataBeforeAllocatingBuffer = sockets.WaitForDataBeforeAllocatingBuffer,
        MaxReadBufferSize = sockets.MaxReadBufferSize,
        MaxWriteBufferSize = sockets.MaxWriteBufferSize,
        UnsafePreferInlineScheduling = sockets.UnsafePreferInlineScheduling,
    };
}
