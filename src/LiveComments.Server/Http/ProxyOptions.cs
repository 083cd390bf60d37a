using System.Buffers;
using System.Net;

namespace LiveComments.Server.Http;

/// <summary>The reverse proxy in front of the server, if there is one: section <c>LiveComments:Proxy</c>.</summary>
internal sealed class ProxyOptions
{
    /// <summary>Longer than any reasonable path.</summary>
    private const int MaxPath = 256;

    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> are believed. None by
    /// default: anybody can send these headers, and limits per address would believe them. Who comes by a Unix socket is believed as soon as one address is named.
    /// </summary>
    public IList<string> Trusted { get; } = [];

    /// <summary>
    /// The path under which the proxy shows the server, such as <c>/comments</c>, where it does not say so in <c>X-Forwarded-Prefix</c>. Requests with and without it are served.
    /// </summary>
    public string PathBase { get; set; } = "";

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Trusted.FirstOrDefault(address => !TryNetwork(address, out _)) is { } wrong ? $"LiveComments:Proxy:Trusted: '{wrong}' is neither an address nor a network."
        : PathBase.Length > 0 && !IsPath(PathBase) ? "LiveComments:Proxy:PathBase begins with / and does not end with it, and is of letters, digits and -._~/."
        : null;

    /// <summary>Whether a text can stand at the beginning of every path that the server gives out: in headers, cookies and pages.</summary>
    public static bool IsPath(ReadOnlySpan<char> text) =>
        text.Length is >= 2 and <= MaxPath && text[0] == '/' && text[^1] != '/' && !text.ContainsAnyExcept(PathCharacters)
        && text.IndexOf("//") < 0 && text.IndexOf("/./") < 0 && text.IndexOf("/../") < 0 && !text.EndsWith("/.") && !text.EndsWith("/..");

    public static bool TryNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network))
            return true;
        var single = IPAddress.TryParse(text, out var address);
        network = single ? new IPNetwork(address!, address!.GetAddressBytes().Length * 8) : default;
        return single;
    }
}
