using Microsoft.Extensions.Primitives;

namespace LiveComments.Server.Sockets;

/// <summary>Offers of permessage-deflate in <c>Sec-WebSocket-Extensions</c> (RFC 6455, 9.1; RFC 7692, 7.1).</summary>
internal static class DeflateOffer
{
    /// <summary>Characters that a client may offer. Browsers send 42.</summary>
    private const int MaxLength = 1_024;

    private const string Name = "permessage-deflate", ServerWindow = "server_max_window_bits", ClientWindow = "client_max_window_bits",
        ServerTakeover = "server_no_context_takeover", ClientTakeover = "client_no_context_takeover";

    /// <summary>The answer to the first offer that can be accepted: neither side keeps a context. Null when there is none.</summary>
    public static string? Answer(StringValues offers)
    {
        if (offers.Sum(static header => header!.Length) > MaxLength)
            return null;
        foreach (var header in offers)
            foreach (var offer in header!.Split(','))
                if (Accepts(offer, out var window))
                    return $"{Name}; {ServerTakeover}; {ClientTakeover}{window}";
        return null;
    }

    /// <param name="window">What the answer must repeat.</param>
    private static bool Accepts(string offer, out string window)
    {
        window = "";
        var parts = offer.Split(';');
        if (Trim(parts[0]) != Name)
            return false;
        var seen = new HashSet<string>();
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = Trim(equals < 0 ? part : part[..equals]);
            var value = equals < 0 ? null : Unquoted(Trim(part[(equals + 1)..]));
            var known = name switch
            {
                ServerTakeover or ClientTakeover => value is null,
                ClientWindow => value is null or "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15",
                // The compressor knows no smaller one.
                ServerWindow => value is "15",
                _ => false,
            };
            if (!known || !seen.Add(name))
                return false;
            if (name == ServerWindow)
                window = $"; {ServerWindow}=15";
        }
        return true;
    }

    private static string Trim(string text) => text.Trim(' ', '\t');

    // What stands in quotes is a token all the same (RFC 6455, 9.1), so no comma or semicolon is in there.
    private static string Unquoted(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
}
