using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ExternalSignInPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Somebody_signs_in_with_another_site_and_writes_where_they_were()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync(null, provider.Settings());
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        var page = ada.Page;
        await ada.WatchAsync("show", "?from=a%20friend");
        await ContinueAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await page.Locator(".account-button").WaitForAsync();
        Assert.Equal(new Uri(server.BaseAddress, "/live/show?from=a%20friend").AbsoluteUri, page.Url);
        await ada.WriteAsync("hello from elsewhere");
        await ada.SeesAsync("hello from elsewhere");

        // Their password is not here, and nothing asks for it.
        await page.Locator(".account-button").ClickAsync();
        await page.GetByText("You sign in with another site").WaitForAsync();
        Assert.Equal(0, await page.GetByText("Change password").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        // The log-in lasts, and ends.
        await page.ReloadAsync();
        await page.Locator(".account-button").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_sign_in_that_comes_to_nothing_says_why_once()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync(null, provider.Settings());
        await using var ada = await Visitor.ComeAsync(chromium, server);
        var page = ada.Page;
        await page.GotoAsync("/");
        await ContinueAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("permission was not given").WaitForAsync();
        Assert.Equal(server.BaseAddress.ToString(), page.Url);
        await page.ReloadAsync();
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Dialog).CountAsync());

        // A provider that does not answer leaves them where they are.
        await provider.StopAsync();
        await using var late = await TestServer.StartAsync(null, provider.Settings());
        await using var bob = await Visitor.ComeAsync(chromium, late);
        await bob.Page.GotoAsync("/");
        await ContinueAsync(bob.Page);
        await bob.Page.GetByRole(AriaRole.Dialog).GetByText("Example <ID> does not answer.").WaitForAsync();
        ada.AssertNoFault();
        bob.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task From_a_frame_somebody_signs_in_with_another_site_in_a_tab_of_its_own()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        var framed = "";
        await using var site = await EdgeServer.StartAsync(app => app.MapGet("/", () => Results.Content($"<iframe src='{framed}' width=400 height=700></iframe>", "text/html")));
        var origin = $"http://friend.localhost:{site.BaseAddress.Port}";
        await using var server = await TestServer.StartAsync(null, [$"--LiveComments:Pages:EmbedOrigins:0={origin}", .. provider.Settings()]);
        await server.LiveEventAsync("show");
        framed = $"{server.BaseAddress}live/show?embed=chat";
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync(origin);
        var frame = ada.Page.FrameLocator("iframe");
        await frame.Locator("#composer").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await frame.GetByText("To sign in with Example <ID>, open the chat in a tab of its own.").WaitForAsync();
        Assert.Equal(0, await frame.GetByText("Continue with").CountAsync());
        var tab = await ada.Page.RunAndWaitForPopupAsync(() => frame.GetByRole(AriaRole.Link, new() { Name = "Open in a new tab" }).ClickAsync());
        tab.SetDefaultTimeout(60_000);
        await ContinueAsync(tab);
        await tab.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await tab.Locator(".account-button").WaitForAsync();
        Assert.Equal(new Uri(server.BaseAddress, "/live/show").AbsoluteUri, tab.Url);
        ada.AssertNoFault();
    }

    private static async Task ContinueAsync(IPage page)
    {
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue with Example <ID>" }).ClickAsync();
    }
}
