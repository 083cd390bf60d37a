using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.Pictures;
using LiveComments.Tests.Browser;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace LiveComments.Tests.EndToEnd;

public sealed class PictureTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _ann = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--LiveComments:Passwords:Iterations=10000");
        _ann = _server.Client((await _server.RegisterAsync("ann")).Text("token"));
    }

    public async Task DisposeAsync()
    {
        _ann.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public async Task A_picture_is_cut_to_a_square_around_its_middle(SKEncodedImageFormat form)
    {
        // Red left, green in the middle, blue right.
        var address = (await (await UploadAsync(_ann, Stripes(900, 300, form))).JsonAsync()).Text("avatarUrl");
        using var served = await ServedAsync(address);
        Assert.Equal((256, 256), (served.Width, served.Height));
        Assert.All([(2, 128), (128, 128), (253, 128)], at => AssertColour(SKColors.Lime, served, at.Item1, at.Item2));
        var comment = await _ann.CallAsync("POST", $"/live/{await _server.LiveEventAsync("show")}/comments", """{"commentText":"hello"}""", HttpStatusCode.Created);
        Assert.Equal(address, (await _server.Anonymous.CallAsync("GET", "/live/show/comments"))[0].Text("avatarUrl"));
        Assert.NotNull(comment.Text("commentID"));
    }

    [Fact]
    public async Task A_photo_is_upright_and_says_nothing_of_where_it_was_taken()
    {
        // As a phone stores one that was held upright: turned to the left, and a mark that says so (6: its top is on the right).
        var photo = WithExif(Stripes(300, 900, SKEncodedImageFormat.Jpeg), orientation: 6, "somewhere secret");
        Assert.Contains("somewhere secret", Encoding.ASCII.GetString(photo), StringComparison.Ordinal);
        var address = (await (await UploadAsync(_server.As(Role.Administrator), photo, $"/events/{await _server.LiveEventAsync("show")}/picture")).JsonAsync()).Text("pictureUrl");
        var bytes = await _server.Anonymous.GetByteArrayAsync(address);
        Assert.DoesNotContain("secret", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("Exif", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
        using var served = SKBitmap.Decode(bytes);
        // 900 x 300 upright is cut to 533 x 300 and does not grow. What was left is up now, as far as it is not cut off.
        Assert.Equal((533, 300), (served.Width, served.Height));
        AssertColour(SKColors.Red, served, 266, 20);
        AssertColour(SKColors.Lime, served, 266, 150);
        AssertColour(SKColors.Blue, served, 266, 280);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_and_the_last_one_stays()
    {
        var address = (await (await UploadAsync(_ann, Stripes(10, 10, SKEncodedImageFormat.Png))).JsonAsync()).Text("avatarUrl");
        var whole = Stripes(400, 400, SKEncodedImageFormat.Jpeg);
        foreach (var hostile in (byte[][])[[], [0xFF, 0xD8, 0xFF], Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), whole[..(whole.Length / 2)], Huge(5_000, 5_000)])
            Assert.Equal("invalid-picture", await CodeAsync(await UploadAsync(_ann, hostile), HttpStatusCode.BadRequest));
        Assert.Equal("body-too-large", await CodeAsync(await UploadAsync(_ann, new byte[2 * 1024 * 1024 + 1]), HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal("unauthenticated", await CodeAsync(await UploadAsync(_server.Anonymous, whole), HttpStatusCode.Unauthorized));
        Assert.Equal("forbidden", await CodeAsync(await UploadAsync(_ann, whole, $"/events/{await _server.LiveEventAsync("show")}/picture"), HttpStatusCode.Forbidden));
        Assert.Equal("event-not-found", await CodeAsync(await UploadAsync(_server.As(Role.Administrator), whole, "/events/nothing/picture"), HttpStatusCode.NotFound));
        Assert.Equal(address, (await _ann.CallAsync("GET", "/me")).Text("avatarUrl"));
        using var served = await ServedAsync(address);
    }

    [Fact]
    public async Task Another_one_has_another_address_and_the_old_one_shows_it_too()
    {
        var first = (await (await UploadAsync(_ann, Plain(SKColors.Red))).JsonAsync()).Text("avatarUrl");
        using (var served = await ServedAsync(first))
            AssertColour(SKColors.Red, served, 5, 5);
        var second = (await (await UploadAsync(_ann, Plain(SKColors.Blue))).JsonAsync()).Text("avatarUrl");
        Assert.NotEqual(first, second);
        using (var served = await ServedAsync(second))
            AssertColour(SKColors.Blue, served, 5, 5);
        using (var served = await ServedAsync(first))
            AssertColour(SKColors.Blue, served, 5, 5);
        // A client sends back what it has read.
        Assert.Equal(second, (await _ann.CallAsync("PATCH", "/me", $$"""{"avatarUrl":"{{second}}","displayName":"Ann"}""")).Text("avatarUrl"));
        await _ann.RefusedAsync(Error.InvalidRequest, "PATCH", "/me", $$"""{"avatarUrl":"{{first}}"}""");
        await _ann.CallAsync("PATCH", "/me", """{"avatarUrl":"https://example.org/a.png"}""");
        Assert.Null(await StoredAsync(second));
    }

    [Fact]
    public async Task A_moderator_of_everything_takes_a_picture_away_and_the_audit_log_has_it()
    {
        var me = await (await UploadAsync(_ann, Plain(SKColors.Red))).JsonAsync();
        var path = $"/users/{me.Text("userID")}/picture";
        await _ann.RefusedAsync(Error.Forbidden, "DELETE", path);
        using var moderator = _server.As(Role.Moderator);
        Assert.Equal(HttpStatusCode.NoContent, (await moderator.DeleteAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await moderator.DeleteAsync(path)).StatusCode);
        await moderator.RefusedAsync(Error.UserNotFound, "DELETE", $"/users/{Guid.NewGuid()}/picture");
        Assert.False((await _ann.CallAsync("GET", "/me")).TryGetProperty("avatarUrl", out _));
        Assert.Null(await StoredAsync(me.Text("avatarUrl")));
        var audit = await _server.Services.GetRequiredService<IModerationStore>().AuditAsync(null, long.MaxValue, 50, default);
        Assert.Equal(me.Text("userID"), Assert.Single(audit, line => line.Decision.Action == DecisionAction.RemovePicture).Decision.User?.ToString());
    }

    [Fact]
    public async Task An_event_shows_its_picture_to_viewers_and_where_its_link_is_shared()
    {
        await _server.LiveEventAsync("show");
        using var administrator = _server.As(Role.Administrator);
        await using var viewer = await StreamClient.WebSocketAsync(_server, "show");
        var address = (await (await UploadAsync(administrator, Stripes(1600, 900, SKEncodedImageFormat.Jpeg), "/events/show/picture")).JsonAsync()).Text("pictureUrl");
        while (await viewer.NextAsync() is { } message && !message.GetRawText().Contains(address!, StringComparison.Ordinal))
        {
        }
        Assert.Equal(address, (await _server.Anonymous.CallAsync("GET", "/events/show")).GetProperty("settings").Text("pictureUrl"));
        Assert.Contains($"<meta property=\"og:image\" content=\"http://127.0.0.1:{_server.Anonymous.BaseAddress!.Port}{address}\">", WebUtility.HtmlDecode(await _server.Anonymous.GetStringAsync("/live/show")), StringComparison.Ordinal);
        // What was read can be sent back, and no other address takes its place.
        await administrator.CallAsync("PATCH", "/events/show", $$$"""{"settings":{"pictureUrl":"{{{address}}}","keep":true}}""");
        await administrator.RefusedAsync(Error.InvalidEvent, "PATCH", "/events/show", """{"settings":{"pictureUrl":"https://example.org/a.png"}}""");
        Assert.Equal(HttpStatusCode.NoContent, (await administrator.DeleteAsync("/events/show/picture")).StatusCode);
        Assert.False((await _server.Anonymous.CallAsync("GET", "/events/show")).GetProperty("settings").TryGetProperty("pictureUrl", out _));
        Assert.Null(await StoredAsync(address));
    }

    private async Task<StoredPicture?> StoredAsync(string? address)
    {
        Assert.True(PictureId.TryParse(address!.Split('/', '?')[2], out var id));
        return await _server.Services.GetRequiredService<IPictureStore>().FindAsync(id, default);
    }

    private static Task<HttpResponseMessage> UploadAsync(HttpClient client, byte[] picture, string path = "/me/picture") =>
        client.PutAsync(path, new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } });

    private static async Task<string> CodeAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code")!;
    }

    private async Task<SKBitmap> ServedAsync(string? address)
    {
        using var answer = await _server.Anonymous.GetAsync(address);
        Assert.Equal((HttpStatusCode.OK, "image/jpeg", "public, max-age=86400"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Headers.CacheControl?.ToString()));
        return SKBitmap.Decode(await answer.Content.ReadAsByteArrayAsync());
    }

    private static void AssertColour(SKColor wanted, SKBitmap picture, int x, int y)
    {
        var found = picture.GetPixel(x, y);
        Assert.True(Math.Abs(wanted.Red - found.Red) + Math.Abs(wanted.Green - found.Green) + Math.Abs(wanted.Blue - found.Blue) < 40, $"{found} at {x}, {y} instead of {wanted}");
    }

    private static byte[] Plain(SKColor colour) => Drawn(64, 64, SKEncodedImageFormat.Png, canvas => canvas.Clear(colour));

    /// <summary>Red left, green in the middle, blue right.</summary>
    private static byte[] Stripes(int width, int height, SKEncodedImageFormat form) => Drawn(width, height, form, canvas =>
    {
        foreach (var (i, colour) in ((int, SKColor)[])[(0, SKColors.Red), (1, SKColors.Lime), (2, SKColors.Blue)])
        {
            using var paint = new SKPaint { Color = colour };
            canvas.DrawRect(width / 3f * i, 0, width / 3f + 1, height, paint);
        }
    });

    private static byte[] Huge(int width, int height) => Drawn(width, height, SKEncodedImageFormat.Png, canvas => canvas.Clear(SKColors.Red));

    private static byte[] Drawn(int width, int height, SKEncodedImageFormat form, Action<SKCanvas> draw)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(form, 95);
        return data.ToArray();
    }

    /// <summary>Adds what cameras write: a TIFF directory with the orientation and a description (Exif 2.3, 4.5).</summary>
    private static byte[] WithExif(byte[] jpeg, byte orientation, string description)
    {
        var text = Encoding.ASCII.GetBytes(description + '\0');
        byte[] tiff =
        [
            .. "II*\0"u8, 8, 0, 0, 0, 2, 0,
            // Tag 0x010E, text, its length and where it is; tag 0x0112, a short.
            0x0E, 0x01, 2, 0, (byte)text.Length, 0, 0, 0, 38, 0, 0, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
            0, 0, 0, 0, .. text,
        ];
        byte[] segment = [0xFF, 0xE1, 0, 0, .. "Exif\0\0"u8, .. tiff];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return [.. jpeg.AsSpan(0, 2), .. segment, .. jpeg.AsSpan(2)];
    }
}
