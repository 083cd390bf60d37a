using System.Net;
using System.Net.Sockets;

namespace LiveComments.Tests;

/// <summary>A port of this machine that nobody listens on. Somebody may take it before it is used, so whoever can should start again on another.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
