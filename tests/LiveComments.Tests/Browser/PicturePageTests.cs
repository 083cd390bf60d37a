using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;
using SkiaSharp;

namespace LiveComments.Tests.Browser;

[Collection(StaffBrowserCollection.Name)]
public sealed class PicturePageTests(Chromium chromium)
{
    private const string IsLoaded = "image => image.complete && image.naturalWidth > 0";

    [RequiresFact(Chromium.Program)]
    public async Task Somebody_uploads_a_large_photo_and_their_comments_show_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var anna = await Visitor.ComeAsync(chromium, server, "anna");
        var page = anna.Page;
        await page.GotoAsync("/live/show");
        await page.Locator(".account-button").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = [1, 2, 3] });
        await dialog.GetByText("This browser cannot read the file as a picture").WaitForAsync();
        // As large as a phone makes them: the server would refuse it as it is.
        await dialog.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "face.png", MimeType = "image/png", Buffer = Noise(1_200, 900) });
        await dialog.GetByRole(AriaRole.Img, new() { Name = "The picture as it is now" }).WaitForAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Upload another picture" }).WaitForAsync();
        await dialog.GetByLabel("Display name").FillAsync("Anna B");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await dialog.GetByText("Saved. New comments will show it.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await anna.WriteAsync("look at me");
        var face = anna.Comment("look at me").Locator(".avatar img");
        await face.WaitForAsync();
        Assert.True(await face.EvaluateAsync<bool>(IsLoaded));

        await page.Locator(".account-button").ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove picture" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Upload a picture" }).WaitForAsync();
        Assert.Equal(0, await page.Locator(".account-button img").CountAsync());
        anna.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task An_event_s_picture_stands_in_the_list_and_goes_to_the_one_that_is_planned_like_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin#/show");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "card.png", MimeType = "image/png", Buffer = Noise(320, 180) });
        await page.GetByRole(AriaRole.Img, new() { Name = "The picture as it is now" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Use again" }).ClickAsync();
        // Until then the fields are those of the event that is shown.
        await page.GetByRole(AriaRole.Button, new() { Name = "Create event" }).WaitForAsync();
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("The next show");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create event" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "The next show" }).WaitForAsync();
        await page.GetByRole(AriaRole.Img, new() { Name = "The picture as it is now" }).WaitForAsync();
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator(".card-picture")).ToHaveCountAsync(2);
        Assert.Equal(2, (await page.Locator(".card-picture").EvaluateAllAsync<string[]>("images => [...new Set(images.map(image => image.src))]")).Length);
        await page.GotoAsync("/live/show");
        await page.Locator(".clock-picture:visible").WaitForAsync();
        nadia.AssertNoFault();
    }

    private static byte[] Noise(int width, int height)
    {
        using var picture = new SKBitmap(width, height);
        var random = new Random(1);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                picture.SetPixel(x, y, new SKColor((uint)random.Next() | 0xFF000000));
        using var data = picture.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
