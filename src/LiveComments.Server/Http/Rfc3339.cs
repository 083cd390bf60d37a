using System.Globalization;

namespace LiveComments.Server.Http;

/// <summary>Times in requests: RFC 3339 with at most seven digits of a second, with <c>Z</c> or an offset.</summary>
internal static class Rfc3339
{
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || text.Length is < 20 or > 33)
            return false;
        if (text[^1] == 'Z')
            text = text[..^1] + "+00:00";
        // In a query an unescaped plus reads as a space; nothing else can be meant.
        else if (text[^6] == ' ')
            text = text[..^6] + "+" + text[^5..];
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }
}
