using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.WebUtilities;

namespace LiveComments.Server.Events;

/// <summary>
/// What stands beside the comments: a video file or an HLS stream that the browser plays, or another site's player in a frame. The page decides
/// by the same rule (<c>wwwroot/pages/video-source.js</c>; one table of cases tests both); here it is what the policy allows.
/// </summary>
/// <param name="Kind"><c>video</c>, <c>hls</c>, <c>embed</c>, <c>any</c> for each of them, or <c>preview</c>.</param>
/// <param name="Origin">
/// The one origin that the page must be allowed to load from, <c>'self'</c> for this server; <c>https:</c> for any, as HLS needs, whose parts often come from another host than its list. Of a
/// preview, those that players come from.
/// </param>
internal sealed record VideoSource(string Kind, string Url, string Origin)
{
    /// <summary>For a page that must not say which video its event has.</summary>
    public static readonly VideoSource Any = new("any", "", "https:");

    /// <summary>For a page where an address is tried out before it is an event's: files by https, and the players of sites that are known.</summary>
    public static readonly VideoSource Preview = new("preview", "", "https://www.youtube-nocookie.com https://player.twitch.tv https://player.vimeo.com https://vimeo.com https://www.facebook.com");

    private const string Hls = ".m3u8";

    private static readonly string[] VideoFiles = [".mp4", ".m4v", ".webm", ".ogv", ".mov"];

    /// <summary>
    /// Sites whose pages no other page may show: people paste the address of such a page, and what is shown is the site's player for it. How each site makes the address of its player:
    /// developers.google.com/youtube/player_parameters, dev.twitch.tv/docs/embed/video-and-clips, developer.vimeo.com/player, developers.facebook.com/docs/plugins/embedded-video-player.
    /// </summary>
    private static readonly (string Name, string[] Hosts, string Shows, Func<Uri, string?> Player)[] Sites =
    [
        ("YouTube", ["youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"], "a video", YouTube),
        ("Twitch", ["twitch.tv", "www.twitch.tv", "m.twitch.tv"], "a channel or a video", Twitch),
        ("Vimeo", ["vimeo.com", "www.vimeo.com"], "a video or an event", Vimeo),
        ("Facebook", ["facebook.com", "www.facebook.com", "m.facebook.com", "fb.watch"], "a video by its long address", Facebook),
    ];

    /// <summary>Null when the event has no video, or its address is neither https nor a video's path on this server.</summary>
    public static VideoSource? Of(string? videoUrl)
    {
        if (IsOwnVideo(videoUrl))
            return KindOf(PathOf(videoUrl)) is "hls" ? new VideoSource("hls", videoUrl, "https:") : new VideoSource("video", videoUrl, "'self'");
        if (!Uri.TryCreate(videoUrl, UriKind.Absolute, out var url) || url.Scheme != "https")
            return null;
        if (SiteOf(url)?.Player(url) is { } player)
            url = new Uri(player);
        var kind = KindOf(url.AbsolutePath);
        return new VideoSource(kind, url.AbsoluteUri, kind == "hls" ? "https:" : $"https://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}");
    }

    /// <summary>Whether it is the path of a video file or of HLS on this server, as one that a proxy adds: <c>/films/a.mp4</c>.</summary>
    public static bool IsOwnVideo([NotNullWhen(true)] string? videoUrl) =>
        // Browsers take // and /\ for another host.
        videoUrl is ['/', not ('/' or '\\'), ..] && videoUrl.All(static c => c is > ' ' and < '\x7f' and not ('\\' or '#')) && KindOf(PathOf(videoUrl)) is not "embed";

    private static string PathOf(string ownVideo) => ownVideo.Split('?')[0];

    private static string KindOf(string path) =>
        path.EndsWith(Hls, StringComparison.OrdinalIgnoreCase) ? "hls" : VideoFiles.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? "video" : "embed";

    /// <summary>Why a page could not show what is at an address, as far as its site is known; null when it could.</summary>
    public static string? FaultOf(Uri url) =>
        SiteOf(url) is { } site && site.Player(url) is null ? $"{site.Name} lets other pages show {site.Shows}, and this is none: copy the address of one." : null;

    private static (string Name, string Shows, Func<Uri, string?> Player)? SiteOf(Uri url)
    {
        foreach (var (name, hosts, shows, player) in Sites)
            if (hosts.Contains(url.IdnHost) && !IsPlayer(url))
                return (name, shows, player);
        return null;
    }

    /// <summary>Whether it is what a site gives to those who want to show it in a frame.</summary>
    private static bool IsPlayer(Uri url) =>
        url.AbsolutePath.StartsWith("/plugins/", StringComparison.Ordinal) || (url.AbsolutePath.StartsWith("/event/", StringComparison.Ordinal) && url.AbsolutePath.EndsWith("/embed", StringComparison.Ordinal));

    private static string? YouTube(Uri url)
    {
        var path = Words(url);
        var id = (url.IdnHost, path) switch
        {
            ("youtu.be", [var one]) => one,
            (_, ["watch"]) => Query(url, "v"),
            (_, ["live" or "shorts" or "embed", var one]) => one,
            _ => null,
        };
        return IsName(id, 32) ? $"https://www.youtube-nocookie.com/embed/{id}?autoplay=1&playsinline=1" : null;
    }

    /// <summary>The page that shows it adds the name of its own host (<c>parent</c>), which Twitch asks for.</summary>
    private static string? Twitch(Uri url) => Words(url) switch
    {
        ["videos", var id] when IsNumber(id) => $"https://player.twitch.tv/?video={id}",
        [var channel] when channel is not ("directory" or "videos" or "downloads" or "jobs" or "store") && IsName(channel, 25) => $"https://player.twitch.tv/?channel={channel}",
        _ => null,
    };

    private static string? Vimeo(Uri url) => Words(url) switch
    {
        ["event", var id] when IsNumber(id) => $"https://vimeo.com/event/{id}/embed",
        [var id] when IsNumber(id) => $"https://player.vimeo.com/video/{id}?autoplay=1",
        // A video that is not listed has a second part.
        [var id, var secret] when IsNumber(id) && IsName(secret, 32) => $"https://player.vimeo.com/video/{id}?h={secret}&autoplay=1",
        _ => null,
    };

    private static string? Facebook(Uri url)
    {
        var id = (url.IdnHost, Words(url)) switch
        {
            ("fb.watch", _) => null,
            (_, ["watch"]) => Query(url, "v"),
            (_, [_, "videos", .., var one]) => one,
            (_, ["reel", var one]) => one,
            _ => null,
        };
        return IsNumber(id) ? $"https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fwatch%2F%3Fv%3D{id}&autoplay=true" : null;
    }

    private static string[] Words(Uri url) => url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string? Query(Uri url, string name) => QueryHelpers.ParseQuery(url.Query).TryGetValue(name, out var values) ? values[0] : null;

    private static bool IsName(string? text, int most) => text?.Length > 0 && text.Length <= most && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static bool IsNumber(string? text) => text?.Length is > 0 and <= 20 && text.All(char.IsAsciiDigit);
}
