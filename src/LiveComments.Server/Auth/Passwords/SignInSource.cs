using System.Net;
using LiveComments.Viewers;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>Where somebody tries to log in from.</summary>
/// <param name="Address">Their IPv4 address, or the /64 that one customer of an IPv6 provider gets.</param>
/// <param name="Device">The device, where the account that is tried was logged in to on it before; null for a stranger.</param>
internal readonly record struct SignInSource(IPAddress Address, KnownDevice? Device)
{
    /// <summary>This machine's command line.</summary>
    public static readonly SignInSource Command = new(IPAddress.None, null);

    public static SignInSource Stranger(HttpContext context) => new(Network(context), null);

    public static IPAddress Network(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? AddressBlock.Address(address).FirstAddress() : IPAddress.None;
}
