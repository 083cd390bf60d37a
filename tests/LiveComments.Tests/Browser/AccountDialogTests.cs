using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class AccountDialogTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Somebody_sets_up_an_authenticator_logs_out_and_logs_in_with_its_code()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        var page = ada.Page;
        await page.Locator(".account-button").ClickAsync();
        await page.GetByLabel("Display name").FillAsync("Ada the First");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Saved.").WaitForAsync();
        await page.GetByText("Two-step log-in").ClickAsync();
        var twoStep = page.Locator("details[open]");
        await twoStep.GetByLabel("Current password").FillAsync("not her password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await page.GetByText("Name or e-mail and password do not match.").WaitForAsync();
        await twoStep.GetByLabel("Current password").FillAsync("correct horse battery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await page.GetByRole(AriaRole.Img, new() { Name = "QR code of the key" }).WaitForAsync();
        var secret = AccountClient.FromBase32((await page.Locator(".secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal));
        var step = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30;
        await page.GetByLabel("Code it shows").FillAsync(Totp.Code(secret, step));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await page.GetByText("Two-step log-in is on.").WaitForAsync();
        Assert.Equal(10, await page.Locator(".recovery-codes li").CountAsync());
        var recovery = await page.Locator(".recovery-codes li").AllTextContentsAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();

        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync("not her password");
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await page.GetByText("Name or e-mail and password do not match.").WaitForAsync();
        await page.GetByLabel("Password").FillAsync("correct horse battery");
        await page.Locator("dialog button[type=submit]").ClickAsync();
        // Each code is taken once, so this is the next one.
        await page.GetByLabel("Code from your authenticator").FillAsync(Totp.Code(secret, step + 1));
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await page.Locator(".account-button").WaitForAsync();
        await ada.WriteAsync("back again");
        await ada.SeesAsync("back again");
        Assert.Contains("Ada the First", await ada.Comment("back again").TextContentAsync(), StringComparison.Ordinal);

        // Another time she has lost it.
        await page.Locator(".account-button").ClickAsync();
        await page.GetByText("Recovery codes: 10 left").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync("correct horse battery");
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a recovery code" }).ClickAsync();
        await page.GetByLabel("Recovery code").FillAsync(recovery[0]);
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await page.Locator(".account-button").ClickAsync();
        await page.GetByText("Recovery codes: 9 left").ClickAsync();
        var renewal = page.Locator("details[open]");
        await renewal.GetByLabel("Current password").FillAsync("correct horse battery");
        await renewal.GetByLabel("or a recovery code").FillAsync(recovery[1]);
        await renewal.GetByRole(AriaRole.Button, new() { Name = "Make new codes" }).ClickAsync();
        await page.GetByText("Recovery codes: 10 left").WaitForAsync();
        Assert.Equal(10, (await renewal.Locator(".recovery-codes li").AllTextContentsAsync()).Except(recovery).Count());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Who_has_an_authenticator_changes_the_password_and_switches_it_off_with_its_codes()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        var page = ada.Page;
        var token = (await (await server.LogInAsync("ada")).JsonAsync()).Text("token");
        var secret = AccountClient.FromBase32((await (await server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token)).JsonAsync()).Text("secret")!);
        var used = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30 - 1;
        (await server.PostAsync("/auth/totp/confirm", new { code = Totp.Code(secret, used) }, token)).EnsureSuccessStatusCode();
        await page.ReloadAsync();
        await page.Locator(".account-button").ClickAsync();

        await page.GetByText("Change password").First.ClickAsync();
        var change = page.Locator("details[open]");
        await change.GetByLabel("Current password").FillAsync(AccountClient.Password);
        await change.GetByLabel("New password").FillAsync("another horse battery");
        await change.GetByLabel("Code from your authenticator").FillAsync(NextCode());
        await change.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByText("Your password is changed.").WaitForAsync();
        await change.Locator("summary").ClickAsync();

        await page.GetByText("Two-step log-in: on").ClickAsync();
        var off = page.Locator("details[open]");
        await off.GetByLabel("Current password").FillAsync("another horse battery");
        await off.GetByLabel("Code from your authenticator").FillAsync(Totp.Code(secret, used));
        await off.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByText("Wrong or expired code.").WaitForAsync();
        await off.GetByLabel("Code from your authenticator").FillAsync(NextCode());
        await off.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByText("A password alone is enough now.").WaitForAsync();
        await (await server.LogInAsync("ada", "another horse battery")).JsonAsync();
        ada.AssertNoFault();

        // Each is taken once: of now, or of the next step where that of now was used.
        string NextCode() => Totp.Code(secret, used = Math.Max(used + 1, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30));
    }

    [RequiresFact(Chromium.Program)]
    public async Task Who_is_suspended_is_logged_out_and_goes_on_watching()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        var (exit, _, error) = await ServerProcess.RunAsync("admin", "suspend", "--username", "ada", "--reason", "Advertises.", "--data", server.Data);
        Assert.True(exit == 0, error);
        var page = ada.Page;
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync(AccountClient.Password);
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await page.GetByText("Advertises.").WaitForAsync();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Somebody_downloads_their_data_deletes_their_account_and_is_gone_for_everybody()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await ada.WatchAsync("show");
        await ben.WatchAsync("show");
        await ada.WriteAsync("soon gone");
        await ben.SeesAsync("soon gone");
        var page = ada.Page;
        await page.Locator(".account-button").ClickAsync();
        await page.Locator("summary").Filter(new() { HasText = "Your data" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download my data" }).ClickAsync());
        Assert.Equal("livecomments-ada.json", download.SuggestedFilename);
        using (var export = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync((await download.PathAsync())!)))
            Assert.Equal("soon gone", Assert.Single(export.RootElement.GetProperty("comments").EnumerateArray()).GetProperty("comment").Text("commentText"));
        await page.Locator("summary").Filter(new() { HasText = "Your data" }).ClickAsync();

        await page.Locator("summary").Filter(new() { HasText = "Delete account" }).ClickAsync();
        var deletion = page.Locator("details[open]");
        await deletion.GetByText("This cannot be taken back.").WaitForAsync();
        await deletion.GetByLabel("Current password").FillAsync("not her password");
        await deletion.GetByRole(AriaRole.Button, new() { Name = "Delete my account" }).ClickAsync();
        await page.GetByText("Name or e-mail and password do not match.").WaitForAsync();
        await deletion.GetByLabel("Current password").FillAsync(AccountClient.Password);
        await deletion.GetByRole(AriaRole.Button, new() { Name = "Delete my account" }).ClickAsync();
        await page.GetByText("Your account is deleted.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();
        foreach (var visitor in (Visitor[])[ada, ben])
        {
            await visitor.NoLongerSeesAsync("soon gone");
            visitor.AssertNoFault();
        }
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await server.LogInAsync("ada")).StatusCode);
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_tab_is_of_whoever_logged_in_last_in_this_browser_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        Assert.True(UserId.TryParse((await server.RegisterAsync("ada")).Text("userID")!, out var id));
        await server.RegisterAsync("ben");
        await using var visitor = await Visitor.ComeAsync(chromium, server);
        var second = await visitor.Context.NewPageAsync();
        foreach (var page in new[] { visitor.Page, second })
            await page.GotoAsync("/live/show");
        foreach (var (page, name) in new[] { (visitor.Page, "ada"), (second, "ben") })
        {
            await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
            await page.GetByLabel("Name").FillAsync(name);
            await page.GetByLabel("Password").FillAsync(AccountClient.Password);
            await page.Locator("dialog button[type=submit]").ClickAsync();
            await page.GetByLabel($"Your account, {name}").WaitForAsync();
        }
        await visitor.CaughtUpAsync();
        await visitor.Page.GetByLabel("Your account, ada").ClickAsync();
        await visitor.Page.GetByText("@ada").WaitForAsync();

        await Http.EventuallyAsync(() =>
        {
            server.EndStreams(id);
            return visitor.Page.GetByLabel("Your account, ben").IsVisibleAsync();
        }, "the first tab is Ben's");
        Assert.Equal(0, await visitor.Page.GetByRole(AriaRole.Dialog).CountAsync());
        await visitor.WriteAsync("by Ben");
        await visitor.SeesAsync("by Ben");
        Assert.Contains("ben", await visitor.Comment("by Ben").TextContentAsync(), StringComparison.Ordinal);
        visitor.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_dialog_stays_when_what_was_typed_is_selected_beyond_it_and_goes_by_a_press_outside()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        var page = ada.Page;
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        var name = page.GetByLabel("Name");
        await name.FillAsync("ada");
        await name.HoverAsync();
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(5, 5);
        await page.Mouse.UpAsync();
        await page.GetByLabel("Password").FillAsync("correct horse battery");
        Assert.Equal("ada", await name.InputValueAsync());
        await page.Mouse.ClickAsync(5, 5);
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task After_a_log_in_or_log_out_the_focus_is_where_it_began()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await server.RegisterAsync("ada");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        var page = ada.Page;
        await LogInAsync("#account");
        await page.Locator(".account-button:focus").WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Display name").WaitForAsync();
        await ada.TabToAsync("Log out");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#account button:focus").Filter(new() { HasText = "Log in" }).WaitForAsync();
        await LogInAsync("#composer");
        await page.Locator("#composer textarea:focus").WaitForAsync();
        ada.AssertNoFault();

        async Task LogInAsync(string place)
        {
            await page.Locator(place).GetByRole(AriaRole.Button, new() { Name = "Log in" }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.GetByLabel("Name or e-mail").And(page.Locator(":focus")).WaitForAsync();
            await page.Keyboard.TypeAsync(place == "#account" ? "ada" : "Ada@example.org");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.TypeAsync(AccountClient.Password);
            await page.Keyboard.PressAsync("Enter");
        }
    }

    [RequiresFact(Chromium.Program)]
    public async Task Where_nobody_may_register_nothing_offers_it()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Auth:Registration=false");
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await ada.Page.Locator("#composer").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Dialog).GetByLabel("Password").WaitForAsync();
        Assert.Equal(0, await ada.Page.GetByText("Sign up").CountAsync());
        ada.AssertNoFault();
    }
}
