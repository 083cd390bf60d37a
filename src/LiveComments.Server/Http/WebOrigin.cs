using System.Buffers;

namespace LiveComments.Server.Http;

/// <summary>The origin of a web page: scheme, host and port.</summary>
internal static class WebOrigin
{
    /// <summary>What an origin has as browsers write it, and a policy can say: no wildcard, no semicolon.</summary>
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-:/[]");

    /// <summary>Reads <c>https://www.example.org</c>, without a path, not even a slash.</summary>
    /// <param name="origin">As browsers write it: in lower case, other alphabets as Punycode.</param>
    public static bool TryParse(string? text, out string origin)
    {
        origin = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0
            || !uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase))
            return false;
        origin = $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";
        return !origin.AsSpan().ContainsAnyExcept(Characters);
    }
}
