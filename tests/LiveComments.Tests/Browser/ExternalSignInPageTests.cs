using LiveComments.Tests.EndToEnd;
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

    private static async Task ContinueAsync(IPage page)
    {
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue with Example <ID>" }).ClickAsync();
    }
}
