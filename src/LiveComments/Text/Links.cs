using System.Buffers;
using System.Collections.Frozen;

namespace LiveComments.Text;

/// <summary>
/// Finds links as people write them: with a scheme (<c>https://</c>), with <c>www.</c>, or a host of a common domain (<c>discord.gg/abc</c>, <c>example.com</c>). <c>yes.no</c> is none.
/// </summary>
public static class Links
{
    /// <summary>Top-level domains that make a host a link without a scheme: the largest ones, and those of short links. None is an English word that often follows a full stop.</summary>
    private static readonly FrozenSet<string> Domains = FrozenSet.ToFrozenSet(
    [
        "com", "net", "org", "info", "biz", "io", "gg", "tv", "ly", "gl", "be", "co", "me", "ru", "de", "uk", "fr", "br", "pl", "nl", "eu", "ua", "in", "xyz", "top", "site", "online", "shop", "store", "club", "live",
        "link", "click", "app", "dev", "tk", "ml", "ga", "cf", "gq", "cc", "ws", "fm", "us", "ca", "au", "jp", "kr", "cn", "it", "es", "se", "no", "to", "sh", "ai", "id", "vip", "win", "bet", "casino",
    ], StringComparer.OrdinalIgnoreCase);

    /// <summary>Those of them that are words too; a host of theirs is a link only when a path follows.</summary>
    private static readonly FrozenSet<string> Words = FrozenSet.ToFrozenSet(
        ["be", "me", "in", "it", "no", "to", "us", "es", "se", "de", "co", "so", "top", "site", "online", "shop", "store", "club", "live", "link", "click", "app", "win", "bet", "id", "ai", "sh"], StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    private static readonly SearchValues<char> NotOfPath = SearchValues.Create(" \t\r\n<>\"");

    /// <summary>The first link from here on; one of length 0 when there is none.</summary>
    public static Link Find(ReadOnlySpan<char> text, int from)
    {
        for (var dot = from; dot < text.Length; dot++)
        {
            var next = text[dot..].IndexOf('.');
            if (next < 0)
                return default;
            dot += next;
            var start = dot;
            while (start > from && IsOfHost(text[start - 1]))
                start--;
            var end = dot;
            while (end < text.Length && IsOfHost(text[end]))
                end++;
            var host = text[start..end].TrimEnd('.');
            var scheme = Scheme(text[from..start]);
            if (IsHost(host) && (scheme > 0 || IsPlainLink(host, text[(start + host.Length)..])))
            {
                var path = start + host.Length < text.Length && text[start + host.Length] is '/' or '?' or '#' or ':' ? text[(start + host.Length)..].IndexOfAny(NotOfPath) : 0;
                var linkEnd = path < 0 ? text.Length : start + host.Length + path;
                return new Link(start - scheme, linkEnd - start + scheme, start, host.Length);
            }
            dot = Math.Max(dot, end - 1);
        }
        return default;
    }

    private static bool IsOfHost(char character) => HostCharacters.Contains(character) || (character >= 0x80 && char.IsLetterOrDigit(character));

    private static int Scheme(ReadOnlySpan<char> before) =>
        before.EndsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : before.EndsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;

    private static bool IsHost(ReadOnlySpan<char> host) => host.Length > 2 && host[0] is not ('.' or '-') && host.LastIndexOf('.') is > 0 and var last && last < host.Length - 1 && !host.Contains("..", StringComparison.Ordinal);

    private static bool IsPlainLink(ReadOnlySpan<char> host, ReadOnlySpan<char> rest)
    {
        if (host.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
            return true;
        var domain = host[(host.LastIndexOf('.') + 1)..];
        var hasPath = rest.Length > 1 && rest[0] == '/' && !char.IsWhiteSpace(rest[1]);
        return Domains.GetAlternateLookup<ReadOnlySpan<char>>().Contains(domain) && (hasPath || !Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(domain));
    }
}
