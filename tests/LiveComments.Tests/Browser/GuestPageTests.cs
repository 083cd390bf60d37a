using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>Somebody who writes under a nickname, and keeps it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class GuestPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_stranger_reacts_under_a_nickname()
    {
        await using var server = await TestServer.StartAsync();
        var id = await server.LiveEventAsync("show", """{"guests":true}""");
        await server.PlaceCommentsAsync(id, new UserId(Guid.NewGuid()), "what a goal");
        await using var eve = await Visitor.ComeAsync(chromium, server);
        await eve.WatchAsync("show");
        await eve.UseToolAsync("what a goal", "Love");
        var dialog = eve.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Choose a nickname to react.").WaitForAsync();
        await dialog.GetByLabel("Nickname").FillAsync("Eve");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Go on as a guest" }).ClickAsync();
        await eve.Comment("what a goal").GetByLabel("Love, 1").First.WaitForAsync();
        Assert.Equal(0, await dialog.CountAsync());
        eve.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_stranger_writes_under_a_nickname_at_once_and_keeps_the_name_by_signing_up()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show", """{"guests":true}""");
        await server.RegisterAsync("taken");
        await using var eve = await Visitor.ComeAsync(chromium, server);
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await eve.WatchAsync("show");
        await ada.WatchAsync("show");
        var page = eve.Page;

        // One field more than whoever has an account.
        Assert.Equal(2, await page.Locator("#composer").Locator("input, textarea").CountAsync());
        await eve.WriteAsync("hello from Eve");
        await page.GetByText("Choose a nickname first.").WaitForAsync();
        await page.GetByLabel("Nickname").FillAsync("Taken");
        await eve.Composer.PressAsync("Enter");
        await page.GetByText("Somebody else has this name.").WaitForAsync();
        Assert.Equal("hello from Eve", await eve.Composer.InputValueAsync());
        await page.GetByLabel("Nickname").FillAsync("Eve");
        await page.GetByLabel("Nickname").PressAsync("Enter");
        await eve.Composer.PressAsync("Enter");
        await eve.SeesAsync("hello from Eve");
        await ada.SeesAsync("hello from Eve");
        Assert.Equal("Guest", await ada.Comment("hello from Eve").Locator(".guest-mark").TextContentAsync());
        Assert.Equal("", await eve.Composer.InputValueAsync());
        Assert.Equal(0, await page.GetByLabel("Nickname").CountAsync());

        // Whoever comes back is the same guest.
        await page.ReloadAsync();
        await eve.CaughtUpAsync();
        await eve.WriteAsync("it is me again");
        await ada.SeesAsync("it is me again");

        await page.GetByLabel("Your account, Eve").ClickAsync();
        await page.GetByText("An account keeps the name").WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = false }).First.FillAsync("eve");
        await page.GetByLabel("E-mail").FillAsync("eve@example.org");
        await page.GetByLabel("Password").FillAsync(AccountClient.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign up" }).ClickAsync();
        await page.GetByText("@eve").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await eve.WriteAsync("with an account");
        await ada.SeesAsync("with an account");
        Assert.Equal(0, await ada.Comment("with an account").Locator(".guest-mark").CountAsync());
        Assert.Contains("Eve", await ada.Comment("with an account").TextContentAsync(), StringComparison.Ordinal);
        // Her comments as a guest are hers still.
        await eve.UseToolAsync("it is me again", "Delete");
        await ada.NoLongerSeesAsync("it is me again");
        eve.AssertNoFault();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_stranger_replies_as_a_guest_and_leaves()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show", """{"guests":true}""");
        using var author = server.As(LiveComments.Accounts.Role.Viewer);
        await author.CommentAsync(eventId, "What do you think");
        await using var eve = await Visitor.ComeAsync(chromium, server);
        await eve.WatchAsync("show");
        await eve.UseToolAsync("What do you think", "Reply");
        await eve.Page.GetByLabel("Nickname").FillAsync("Eve");
        await eve.WriteAsync("I like it");
        await eve.SeesAsync("I like it");
        await eve.Page.Locator(".account-button").ClickAsync();
        await eve.Page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await eve.Page.GetByLabel("Nickname").WaitForAsync();
        eve.AssertNoFault();
    }
}
