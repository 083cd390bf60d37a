using System.Globalization;
using System.Text;
using LiveComments.Server.OpenApi;
using LiveComments.Server.Pages;

namespace LiveComments.Server.Demo;

/// <summary>
/// A live broadcast that never ends, by HLS: fragments that were drawn by <c>Video/render.py</c>, one after another and again, at the same time for everybody. Every server has it, so that an
/// event can be tried out with a video, and a demo's folder served by <c>serve</c> still shows it.
/// </summary>
internal static class DemoVideo
{
    public const string Path = "/demo/live.m3u8";

    /// <summary>As <c>render.py</c> has them.</summary>
    private const int Fragments = 9, Seconds = 4;

    /// <summary>A player begins three fragments before the end (RFC 8216, 6.3.3), and one that was away for a moment must find the next.</summary>
    private const int Listed = 6;

    public static void MapDemoVideo(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, Answer).Documented(new("getDemoVideo", "Get the list of the demo's video")
        {
            Description = "HLS (RFC 8216): a live broadcast that never ends. Any event can be tried out with it, as `videoUrl`.",
            Answers = [new(200, null, "application/vnd.apple.mpegurl")],
        });

    private static IResult Answer(TimeProvider time) => TypedResults.Text(List(time.GetUtcNow(), $"../assets/{PageFiles.Instance.Version}/demo/"), "application/vnd.apple.mpegurl");

    /// <summary>What can be played at a time.</summary>
    /// <param name="folder">Of the fragments, seen from the list.</param>
    public static string List(DateTimeOffset now, string folder)
    {
        // The last fragment in the list has just ended.
        var first = now.ToUnixTimeSeconds() / Seconds - Listed;
        var list = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:{Seconds}
            #EXT-X-MEDIA-SEQUENCE:{first}
            #EXT-X-DISCONTINUITY-SEQUENCE:{(first - 1) / Fragments}
            #EXT-X-MAP:URI="{folder}init.mp4"

            """);
        for (var fragment = first; fragment < first + Listed; fragment++)
            // The times inside the fragments begin again with each round.
            list.Append(CultureInfo.InvariantCulture, $"{(fragment % Fragments == 0 ? "#EXT-X-DISCONTINUITY\n" : "")}#EXTINF:{Seconds},\n{folder}{fragment % Fragments}.m4s\n");
        return list.ToString();
    }
}
