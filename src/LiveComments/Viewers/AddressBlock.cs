using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LiveComments.Viewers;

/// <summary>Internet addresses that are counted together, because one person or one network may have all of them.</summary>
/// <param name="First">The first of them; an IPv4 address in its form as IPv6 address.</param>
/// <param name="Length">Bits that they have in common, of 128.</param>
public readonly record struct AddressBlock(UInt128 First, int Length)
{
    /// <summary>The first 96 bits of every IPv4 address in its form as IPv6 address (RFC 4291, 2.5.5.2).</summary>
    private static readonly UInt128 Mapped = 0xFFFF;

    /// <summary>What limits call an address: one IPv4 address, or the IPv6 /64 of one link, in which a single machine takes whatever address it likes.</summary>
    public static AddressBlock Address(IPAddress address) => Of(address, 32, 64);

    /// <summary>What limits call a network: an IPv4 /24, the smallest that is routed on the internet, or an IPv6 /48, the most that a site is given (RFC 6177).</summary>
    public static AddressBlock Network(IPAddress address) => Of(address, 24, 48);

    /// <summary>What one subscriber has: one IPv4 address, or an IPv6 /48.</summary>
    public static AddressBlock Subscriber(IPAddress address) => Of(address, 32, 48);

    /// <summary>One address alone.</summary>
    public static AddressBlock Exact(IPAddress address) => Of(address, 32, 128);

    /// <summary>Whether the addresses are IPv4.</summary>
    public bool IsIPv4 => Length >= 96 && (First >> 32) == Mapped;

    /// <summary>Whether all addresses of a block are in this one.</summary>
    public bool Contains(AddressBlock other) => other.Length >= Length && Within(other.First, Length) == First;

    /// <summary>The block of so many common bits around an address.</summary>
    public static UInt128 Within(UInt128 address, int length) => length == 0 ? 0 : address & (UInt128.MaxValue << (128 - length));

    /// <summary>Reads <c>203.0.113.0/24</c>, <c>2001:db8::/32</c> or one address. False when it is neither, or has bits beyond its length.</summary>
    public static bool TryParse(string? text, out AddressBlock block)
    {
        block = default;
        if (text is null || !(IPNetwork.TryParse(text, out var network) || IPAddress.TryParse(text, out var single) && TryNetwork(single, out network)))
            return false;
        var isIPv4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        block = Of(network.BaseAddress, network.PrefixLength, network.PrefixLength);
        // An IPv4 network that is written as IPv6 is too short to be told from it otherwise.
        return isIPv4 || !network.BaseAddress.IsIPv4MappedToIPv6 || network.PrefixLength >= 96;
    }

    /// <summary>The first address of the block.</summary>
    public IPAddress FirstAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, First);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => $"{FirstAddress()}/{(IsIPv4 ? Length - 96 : Length)}";

    private static bool TryNetwork(IPAddress address, out IPNetwork network)
    {
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    private static AddressBlock Of(IPAddress address, int ofIPv4, int ofIPv6)
    {
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        // One that is written as IPv6 already counts from there.
        var length = isIPv4 ? 96 + (ofIPv4 > 32 ? ofIPv4 - 96 : ofIPv4) : ofIPv6;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new AddressBlock(Within(BinaryPrimitives.ReadUInt128BigEndian(bytes), length), length);
    }
}
