using System.Globalization;

namespace LiveComments.Server.Pages;

/// <summary>In which language a page speaks to whoever asks for it.</summary>
internal static class LanguageChoice
{
    /// <summary>What the answer to a request depends on.</summary>
    public const string Vary = "Accept-Encoding, Accept-Language, Cookie";

    /// <summary>Where the pages keep what a reader has chosen.</summary>
    public const string Cookie = "livecomments-language";

    /// <summary>More than any browser sends; what comes after them is not read.</summary>
    private const int MostRanges = 16;

    /// <summary>What the address says (<c>?lang=de</c>), else what the reader has chosen, else what the browser prefers of the languages there are, else English.</summary>
    public static PageLanguage Of(HttpRequest request) =>
        Named(request.Query["lang"].ToString()) ?? Named(request.Cookies[Cookie]) ?? Preferred(request.Headers.AcceptLanguage.ToString()) ?? PageLanguage.English;

    /// <summary>The best of a header <c>Accept-Language</c> (RFC 9110, section 12.5.4): of equal quality the first. Null when there is none of them.</summary>
    public static PageLanguage? Preferred(ReadOnlySpan<char> header)
    {
        PageLanguage? best = null;
        var highest = 0d;
        var ranges = 0;
        foreach (var part in header.Split(','))
        {
            if (++ranges > MostRanges)
                break;
            var range = header[part];
            var end = range.IndexOf(';');
            var quality = end < 0 ? 1 : QualityOf(range[(end + 1)..]);
            if (quality <= highest || Named((end < 0 ? range : range[..end]).Trim()) is not { } language)
                continue;
            (best, highest) = (language, quality);
        }
        return best;
    }

    /// <summary>The language of a tag or range, of which only the first part counts: <c>de-CH</c> is German, and <c>*</c> English.</summary>
    private static PageLanguage? Named(ReadOnlySpan<char> tag)
    {
        if (tag is "*")
            return PageLanguage.English;
        var end = tag.IndexOf('-');
        return PageLanguage.All.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(end < 0 ? tag : tag[..end], out var language) ? language : null;
    }

    /// <summary><c>q=0.8</c>; 0, which means not at all, for what is no quality.</summary>
    private static double QualityOf(ReadOnlySpan<char> parameter)
    {
        parameter = parameter.Trim();
        return parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality) && quality <= 1 ? quality : 0;
    }
}
