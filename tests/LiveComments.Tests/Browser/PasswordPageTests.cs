using System.Text.RegularExpressions;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Mail;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>Somebody who has forgotten their password.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class PasswordPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Somebody_asks_for_a_link_from_the_log_in_dialog_and_chooses_a_new_password()
    {
        await using var smtp = new SmtpServer();
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Mail:Host=127.0.0.1", $"--LiveComments:Mail:Port={smtp.Port}", "--LiveComments:Mail:Security=none", "--LiveComments:Mail:From=no-reply@example.org",
            "--LiveComments:Mail:Site=https://live.example.org");
        await server.LiveEventAsync("show");
        await server.RegisterAsync("ada");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        var page = ada.Page;
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgotten your password?" }).ClickAsync();
        await page.GetByLabel("E-mail").FillAsync("ada@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Look at your e-mail" }).WaitForAsync();
        var link = Link().Match((await smtp.NextAsync()).Message.TextBody!).Value;

        await page.GotoAsync(link.Replace("https://live.example.org/", server.BaseAddress.ToString(), StringComparison.Ordinal));
        await page.GetByLabel("New password").FillAsync("another horse battery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your password is changed" }).WaitForAsync();
        Assert.DoesNotContain("token", page.Url, StringComparison.Ordinal);
        await (await server.LogInAsync("ada", "another horse battery")).JsonAsync();

        await page.GotoAsync(link.Replace("https://live.example.org/", server.BaseAddress.ToString(), StringComparison.Ordinal));
        await page.GetByLabel("New password").FillAsync("yet another horse");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "This link is used up" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for another" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Where_no_mail_is_sent_the_dialog_and_the_page_say_whom_to_ask()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await ada.Page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await ada.Page.GetByText("This site sends no e-mail. Ask the people who run it").WaitForAsync();
        await ada.Page.GotoAsync("/password");
        await ada.Page.GetByText("This site sends no e-mail. Ask the people who run it").WaitForAsync();
        ada.AssertNoFault();
    }

    [GeneratedRegex(@"https://live\.example\.org/password#token=[\w-]+")]
    private static partial Regex Link();
}
