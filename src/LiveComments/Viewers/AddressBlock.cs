using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LiveComments.Viewers;

/// <summary>Internet addresses that are counted together, because one person or one network may have all of them.</summary>
/// <param name="First">The first of them; an IPv4 address in its form as IPv6 address.</param>
/// <param name="Length">Bits that they have in common, of 128.</param>
public readonly record struct AddressBlock(UInt128 First, int Length)
{
    /// <summary>What limits call an address: one IPv4 address, or the IPv6 /64 of one link, in which a single machine takes whatever address it likes.</summary>
    public static AddressBlock Address(IPAddress address) => Of(address, 32, 64);

    /// <summary>What limits call a network: an IPv4 /24, the smallest that is routed on the internet, or an IPv6 /48, the most that a site is given (RFC 6177).</summary>
    public static AddressBlock Network(IPAddress address) => Of(address, 24, 48);

    /// <summary>What one subscriber has: one IPv4 address, or an IPv6 /48.</summary>
    public static AddressBlock Subscriber(IPAddress address) => Of(address, 32, 48);

    private static AddressBlock Of(IPAddress address, int ofIPv4, int ofIPv6)
    {
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        var length = isIPv4 ? 96 + ofIPv4 : ofIPv6;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new AddressBlock(BinaryPrimitives.ReadUInt128BigEndian(bytes) & (UInt128.MaxValue << (128 - length)), length);
    }
}
