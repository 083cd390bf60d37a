namespace LiveComments.Server.Pictures;

/// <summary>How large a picture is served; one that is smaller is only cut to the same proportions.</summary>
internal readonly record struct PictureShape(int Width, int Height)
{
    /// <summary>The largest that the pages show is 72 pixels, on screens with three for each.</summary>
    public static readonly PictureShape OfPerson = new(256, 256);

    /// <summary>Of a card in a list, of a link elsewhere, and of what stands in place of a video that has not begun.</summary>
    public static readonly PictureShape OfEvent = new(1280, 720);
}
