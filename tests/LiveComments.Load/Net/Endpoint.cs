using System.Net;

namespace LiveComments.Load.Net;

/// <summary>Where the server listens. Only on this machine: a tool that makes load must never be pointed at somebody else.</summary>
/// <param name="Url">Its base address.</param>
/// <param name="Address">Host byte order.</param>
/// <param name="Tls">How TLS is spoken with it; null for none.</param>
internal sealed record Endpoint(Uri Url, uint Address, TlsContext? Tls)
{
    /// <summary>One source address has about 28,000 ports; this many are used of each.</summary>
    private const int PortsPerSource = 20_000;

    private const uint Loopback = 0x7F000001;

    private int _opened;

    /// <summary>The <c>Host</c> header.</summary>
    public string Host => Url.Authority;

    public ushort Port => (ushort)Url.Port;

    /// <exception cref="ArgumentException">It is not an IPv4 loopback address, or its scheme is not that of <paramref name="tls"/>.</exception>
    public static Endpoint Of(Uri url, TlsContext? tls = null)
    {
        if (url.Scheme != (tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps))
            throw new ArgumentException($"{url} is not an http:// address; over TLS only a server that this program started itself is measured (--tls).");
        var address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.Host, out var parsed) ? parsed : IPAddress.None;
        Span<byte> bytes = stackalloc byte[4];
        if (!IPAddress.IsLoopback(address) || !address.TryWriteBytes(bytes, out var length) || length != 4)
            throw new ArgumentException($"{url} is not on this machine: load is made only to 127.0.0.0/8.");
        return new Endpoint(url, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), tls);
    }

    /// <summary>The address to connect from, or 0 for the system's choice: 127.0.0.1, then 127.0.0.2 after 20,000 connections, and so on.</summary>
    public uint NextSource()
    {
        var turn = _opened++ / PortsPerSource;
        return turn == 0 ? 0 : Loopback + (uint)(turn % 200);
    }
}
