using System.Net;
using System.Net.Sockets;

namespace LiveComments.Load.Net;

/// <summary>Where the server listens: IPv4, no TLS.</summary>
/// <param name="Host">The <c>Host</c> header.</param>
/// <param name="Address">Host byte order.</param>
internal sealed record Endpoint(string Host, uint Address, ushort Port)
{
    /// <summary>One source address has about 28,000 ports; this many are used of each.</summary>
    private const int PortsPerSource = 20_000;

    private const uint Loopback = 0x7F000001;

    private int _opened;

    public static Endpoint Of(Uri url)
    {
        if (url.Scheme != Uri.UriSchemeHttp)
            throw new ArgumentException($"{url} is not an http:// address; TLS is not spoken here.");
        var address = url.HostNameType == UriHostNameType.IPv4
            ? IPAddress.Parse(url.Host)
            : Dns.GetHostAddresses(url.Host, AddressFamily.InterNetwork)[0];
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return new Endpoint(url.Authority, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)url.Port);
    }

    /// <summary>The address to connect from, or 0 for the system's choice: 127.0.0.1, then 127.0.0.2 after 20,000 connections, and so on.</summary>
    public uint NextSource()
    {
        var turn = _opened++ / PortsPerSource;
        return turn == 0 || Address >> 24 != 127 ? 0 : Loopback + (uint)(turn % 200);
    }
}
