using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>A broadcaster takes from a dialog what leads others to an event.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SharePageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_broadcaster_copies_the_link_and_dresses_an_overlay_that_then_looks_and_fades_so()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.Composer.WaitForAsync();
        Assert.False(await ada.Page.Locator("#share").IsVisibleAsync());

        await using var nadia = await server.AdministratorAsync(chromium);
        await nadia.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await nadia.WatchAsync("show");
        var page = nadia.Page;
        await page.Locator("#share").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Share" });
        var address = $"{server.BaseAddress}live/show";
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Copy: Link" }).ClickAsync();
        await dialog.GetByText("Copied.").WaitForAsync();
        Assert.Equal(address, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        Assert.Contains($"""<iframe src="{address}?embed=chat" """, await dialog.GetByLabel("Chat in another page", new() { Exact = true }).InputValueAsync(), StringComparison.Ordinal);
        await dialog.GetByRole(AriaRole.Img, new() { Name = "QR code of the link" }).WaitForAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Download the QR code" }).ClickAsync());
        Assert.Equal("show.svg", download.SuggestedFilename);
        Assert.StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);

        var overlay = dialog.GetByLabel("Overlay for a broadcasting program", new() { Exact = true });
        Assert.Equal($"{address}?embed=overlay", await overlay.InputValueAsync());
        await dialog.GetByLabel("Size, in pixels").FillAsync("300");
        Assert.Equal($"{address}?embed=overlay", await overlay.InputValueAsync());
        await dialog.GetByLabel("Size, in pixels").FillAsync("30");
        await dialog.GetByLabel("Colour").FillAsync("#102030");
        await dialog.GetByLabel("Fades after seconds").FillAsync("2");
        var dressed = await overlay.InputValueAsync();
        Assert.Equal($"{address}?embed=overlay&size=30&colour=102030&fade=2", dressed);
        Assert.Equal("30px rgb(16, 32, 48)", await LooksAsync(page.Locator(".overlay-preview p").First));
        nadia.AssertNoFault();

        await page.GotoAsync("/admin#/show");
        await page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).ClickAsync();
        Assert.Equal(address, await dialog.GetByLabel("Link", new() { Exact = true }).InputValueAsync());
        await page.GotoAsync(dressed);
        await nadia.CaughtUpAsync();
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "soon gone");
        var row = nadia.Comment("soon gone");
        await row.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Equal("30px rgb(16, 32, 48)", await LooksAsync(row));
        await row.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal(1, await row.CountAsync());
        nadia.AssertNoFault();

        static Task<string> LooksAsync(ILocator one) => one.EvaluateAsync<string>("one => `${getComputedStyle(one).fontSize} ${getComputedStyle(one).color}`");
    }
}
