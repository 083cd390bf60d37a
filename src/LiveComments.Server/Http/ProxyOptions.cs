using System.Net;

namespace LiveComments.Server.Http;

/// <summary>The reverse proxy in front of the server, if there is one: section <c>LiveComments:Proxy</c>.</summary>
internal sealed class ProxyOptions
{
    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed. None by
    /// default: anybody can send these headers, and limits per address would believe them.
    /// </summary>
    public IList<string> Trusted { get; } = [];

    /// <summary>The path under which the proxy shows the server, such as <c>/comments</c>. Requests with and without it are served.</summary>
    public string PathBase { get; set; } = "";

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Trusted.FirstOrDefault(address => !TryNetwork(address, out _)) is { } wrong ? $"LiveComments:Proxy:Trusted: '{wrong}' is neither an address nor a network."
        : PathBase.Length > 0 && (PathBase[0] != '/' || PathBase[^1] == '/') ? "LiveComments:Proxy:PathBase begins with / and does not end with it."
        : null;

    public static bool TryNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network))
            return true;
        var single = IPAddress.TryParse(text, out var address);
        network = single ? new IPNetwork(address!, address!.GetAddressBytes().Length * 8) : default;
        return single;
    }
}
