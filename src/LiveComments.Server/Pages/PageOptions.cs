using LiveComments.Server.Http;

namespace LiveComments.Server.Pages;

/// <summary>What the server's own pages may do with other sites: section <c>LiveComments:Pages</c>.</summary>
internal sealed class PageOptions
{
    /// <summary>
    /// Origins (<c>https://www.example.org</c>) whose pages may show <c>/live/{videoID}?embed=chat</c> in a frame, of every event; an event
    /// allows more with its setting <c>embedOrigins</c>. None by default: a frame on a hostile page can lead a visitor's clicks. The full page is never framed.
    /// </summary>
    public IList<string> EmbedOrigins { get; } = [];

    /// <summary>
    /// From where the pages load people's pictures beside the server's own host: an origin that you trust, such as <c>https://pictures.example.org</c>, or <c>https:</c> for anywhere.
    /// None by default, and initials instead: whoever serves a picture sees the address of everybody who watches, and everybody chooses where theirs is.
    /// </summary>
    public string PictureSource { get; set; } = "";

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        EmbedOrigins.FirstOrDefault(origin => !WebOrigin.TryParse(origin, out _)) is { } wrong
            ? $"LiveComments:Pages:EmbedOrigins: '{wrong}' is not an origin; write it as https://www.example.org."
        : PictureSource is not ("" or "https:") && !WebOrigin.TryParse(PictureSource, out _)
            ? $"LiveComments:Pages:PictureSource: '{PictureSource}' is neither https: nor an origin such as https://pictures.example.org."
        : null;
}
