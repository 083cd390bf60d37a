using SkiaSharp;

namespace LiveComments.Server.Pictures;

/// <summary>
/// Makes of what somebody uploaded a JPEG of a fixed shape: upright, cut around the middle, on white, and without anything that a camera wrote into it. One at a time, on a thread of its own,
/// because each takes memory and time: 64 MB and a third of a second at worst. Skia's codecs read the hostile bytes, which are those of a browser that has to read them as well.
/// </summary>
internal sealed class PictureMaker : IDisposable
{
    /// <summary>Largest upload. The pages make it smaller before they send it; a photo of a phone at full size is larger.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    private const int MaxPixels = 16_000_000, Quality = 82;

    /// <summary>Most uploads that are read or wait for their turn: 128 MB at worst. More than one address may begin in an hour, so that its slow ones do not keep others out.</summary>
    private const int Places = 64;

    private readonly SemaphoreSlim _places = new(Places), _turn = new(1);

    /// <summary>A place for one upload, to be disposed of; null when all are taken.</summary>
    public IDisposable? TryEnter() => _places.Wait(0) ? new Place(_places) : null;

    /// <summary>Null when it is no picture, a damaged one, or one of too many pixels.</summary>
    public async Task<byte[]?> MakeAsync(byte[] upload, PictureShape shape, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await Task.Factory.StartNew(() => Make(upload, shape), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static byte[]? Make(byte[] upload, PictureShape shape)
    {
        using var data = SKData.CreateCopy(upload);
        using var codec = SKCodec.Create(data);
        if (codec is not { EncodedFormat: SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif, Info: { Width: > 0, Height: > 0 } stored }
            || (long)stored.Width * stored.Height > MaxPixels)
            return null;
        using var whole = new SKBitmap(new SKImageInfo(stored.Width, stored.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(whole.Info, whole.GetPixels()) != SKCodecResult.Success)
            return null;
        whole.SetImmutable();
        using var picture = SKImage.FromBitmap(whole);

        var isTurned = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;
        var (width, height) = isTurned ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        var scale = Math.Max((float)shape.Width / width, (float)shape.Height / height);
        // A small picture does not grow.
        var (wide, high) = scale > 1 ? (shape.Width / scale, shape.Height / scale) : (shape.Width, shape.Height);
        scale = Math.Min(scale, 1);
        var target = new SKImageInfo(Math.Max(1, (int)Math.Round(wide)), Math.Max(1, (int)Math.Round(high)), SKColorType.Rgba8888, SKAlphaType.Opaque, SKColorSpace.CreateSrgb());
        using var surface = SKSurface.Create(target);
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        canvas.Translate((target.Width - width * scale) / 2, (target.Height - height * scale) / 2);
        canvas.Scale(scale);
        canvas.Concat(Upright(codec.EncodedOrigin, width, height));
        canvas.DrawImage(picture, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var made = surface.Snapshot();
        using var jpeg = made.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    /// <summary>Turns a picture as it is stored into one as it was seen: the eight values of EXIF's Orientation (JEITA CP-3451, 4.6.4). Width and height are those of the upright picture.</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float width, float height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, width, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, width, -1, 0, height, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, height, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    public void Dispose()
    {
        _places.Dispose();
        _turn.Dispose();
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
                places.Release();
        }
    }
}
