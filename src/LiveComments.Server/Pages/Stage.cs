namespace LiveComments.Server.Pages;

/// <summary>
/// What stands beside the comments: a video file that the browser plays itself, or another site's player in a frame. The page decides
/// by the same rule (<c>wwwroot/pages/stage-rule.js</c>; one table of cases tests both); here it is what the policy allows.
/// </summary>
/// <param name="Kind"><c>video</c>, <c>embed</c>, or <c>any</c> for either.</param>
/// <param name="Origin">The one origin that the page must be allowed to load from; <c>https:</c> for any.</param>
internal sealed record Stage(string Kind, string Url, string Origin)
{
    /// <summary>For a page that must not say which video its event has.</summary>
    public static readonly Stage Any = new("any", "", "https:");

    private static readonly string[] VideoFiles = [".mp4", ".m4v", ".webm", ".ogv", ".mov", ".m3u8"];

    /// <summary>Null when the event has no video, or its address is not https.</summary>
    public static Stage? Of(string? videoUrl)
    {
        if (!Uri.TryCreate(videoUrl, UriKind.Absolute, out var url) || url.Scheme != "https")
            return null;
        if (YouTubeId(url) is { } id)
            url = new Uri($"https://www.youtube-nocookie.com/embed/{id}?autoplay=1&playsinline=1");
        var kind = VideoFiles.Any(ending => url.AbsolutePath.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? "video" : "embed";
        return new Stage(kind, url.AbsoluteUri, $"https://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}");
    }

    /// <summary>People paste the address of the watch page, but YouTube allows only its player in a frame.</summary>
    private static string? YouTubeId(Uri url)
    {
        var id = url.IdnHost switch
        {
            "youtu.be" => url.AbsolutePath.Trim('/'),
            "www.youtube.com" or "youtube.com" or "m.youtube.com" when url.AbsolutePath == "/watch" =>
                Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(url.Query).TryGetValue("v", out var v) ? v.ToString() : "",
            "www.youtube.com" or "youtube.com" when url.AbsolutePath.StartsWith("/live/", StringComparison.Ordinal) => url.AbsolutePath[6..],
            _ => "",
        };
        return id.Length is > 0 and <= 32 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? id : null;
    }
}
