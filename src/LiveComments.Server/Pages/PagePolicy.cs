using LiveComments.Server.Events;

namespace LiveComments.Server.Pages;

/// <summary>
/// The Content-Security-Policy of a page: our own files, the server's own API, pictures, and of other sites exactly the one that
/// this event's video needs, or any by https where naming it would tell whose event it is, and for HLS, whose list names the hosts. No inline script or style, and no text is ever parsed as HTML (Trusted Types).
/// </summary>
internal static class PagePolicy
{
    public const string Header = "Content-Security-Policy";

    /// <param name="video">Null: nothing of another site is played.</param>
    /// <param name="framedBy">Origins that may show the page in a frame.</param>
    /// <param name="puzzles">From where the page may load a provider's puzzle, which has scripts that know nothing of Trusted Types; null for nowhere.</param>
    /// <param name="nonce">Of a page whose script makes styles and knows nothing of Trusted Types: what its style elements carry. Its attributes may have styles too. Null otherwise.</param>
    public static string Of(PageOptions options, VideoSource? video, IEnumerable<string> framedBy, string? puzzles = null, string? nonce = null)
    {
        // Its library asks for the parts of a video and hands them to the browser as one blob.
        var playsHls = video is { Kind: "hls" or "any" or "preview" };
        return $"default-src 'none'; script-src 'self' {puzzles}".TrimEnd()
            + (nonce is null ? $"; style-src 'self' {puzzles}".TrimEnd() : $"; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'") + $"; font-src 'self'; connect-src 'self'{(playsHls ? " https:" : "")} {puzzles}".TrimEnd() + "; manifest-src 'self'"
            + $"; img-src 'self' data: {options.PictureSource}".TrimEnd()
            + (playsHls ? "; media-src 'self' https: blob:" : video is { Kind: "video" } ? $"; media-src {video.Origin}" : "")
            + (video is { Kind: "embed" or "any" or "preview" } ? $"; frame-src {video.Origin} {puzzles}".TrimEnd() : puzzles is not null ? $"; frame-src {puzzles}" : "")
            + $"; base-uri 'none'; form-action 'none'; frame-ancestors {string.Join(' ', framedBy.DefaultIfEmpty("'none'"))}"
            // The one policy makes the address of the worker that solves challenges.
            + (puzzles is null && nonce is null ? "; require-trusted-types-for 'script'; trusted-types livecomments-worker" : "");
    }
}
