using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>Somebody who comes for the first time joins in without looking for the way.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class FirstVisitPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_page_names_all_modules_that_it_loads_and_no_other_so_that_they_come_at_once()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var stranger = await Visitor.ComeAsync(chromium, server);
        string[] named = [];
        // Without the names the page loads what its module asks for.
        await stranger.Page.RouteAsync("**", async route =>
        {
            if (route.Request.ResourceType != "document")
            {
                await route.ContinueAsync();
                return;
            }
            var page = await route.FetchAsync();
            var html = await page.TextAsync();
            named = [.. NamedModule().Matches(html).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
            await route.FulfillAsync(new() { Response = page, Body = NamedModule().Replace(html, "") });
        });
        foreach (var path in (string[])["/", "/live/show", "/password", "/admin", "/moderation/show", "/stats/show"])
        {
            await stranger.Page.GotoAsync(path);
            var loaded = await stranger.Page.EvaluateAsync<string[]>("""
                performance.getEntriesByType('resource').map(one => one.name).filter(name => name.endsWith('.js') && ![...document.scripts].some(one => one.src === name)).map(name => new URL(name).pathname)
                """);
            Assert.NotEmpty(loaded);
            Assert.Equal(loaded.Order(StringComparer.Ordinal), named);
        }
        stranger.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Whoever_reacts_or_replies_before_they_log_in_is_asked_to_and_then_it_is_done()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        using var author = server.As(Role.Viewer);
        await author.CommentAsync(eventId, "What do you think");
        await using var stranger = await Visitor.ComeAsync(chromium, server);
        await stranger.WatchAsync("show");
        var page = stranger.Page;

        // Without an account nothing comes of it.
        await stranger.UseToolAsync("What do you think", "Reply");
        await page.Locator("dialog").GetByText("Sign up to reply.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await stranger.UseToolAsync("What do you think", "Love");
        await page.Locator("dialog").GetByText("Sign up to react.").WaitForAsync();
        await page.GetByLabel("Name").FillAsync("eve");
        await page.GetByLabel("E-mail").FillAsync("eve@example.org");
        await page.GetByLabel("Password").FillAsync("correct horse battery");
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await stranger.Comment("What do you think").GetByLabel("Love, 1").First.WaitForAsync();
        await Http.EventuallyAsync(async () => (await author.CallAsync("GET", $"/live/{eventId}/comments"))[0].GetProperty("reactions").TryGetProperty("loves", out var loves) && loves.GetInt32() == 1, "the reaction is stored");
        Assert.False(await page.GetByText("Replying to").IsVisibleAsync());
        await stranger.UseToolAsync("What do you think", "Reply");
        await stranger.WriteAsync("I like it");
        await stranger.SeesAsync("I like it");
        stranger.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task What_is_typed_survives_a_reload_names_between_colons_become_emoji_and_a_key_leads_to_the_field()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.Composer.WaitForAsync();
        await ada.Page.Locator("body").PressAsync("/");
        await ada.Page.Keyboard.TypeAsync("this is :fire: and :thumbs_up: at 20:15:30, :no_such_thing:");
        Assert.Equal("this is 🔥 and 👍 at 20:15:30, :no_such_thing:", await ada.Composer.InputValueAsync());
        await ada.Page.ReloadAsync();
        await ada.CaughtUpAsync();
        await ada.Composer.WaitForAsync();
        Assert.Equal("this is 🔥 and 👍 at 20:15:30, :no_such_thing:", await ada.Composer.InputValueAsync());
        await ada.Composer.PressAsync("Enter");
        await ada.SeesAsync("this is 🔥");
        await ada.Page.ReloadAsync();
        await ada.CaughtUpAsync();
        await ada.Composer.WaitForAsync();
        Assert.Equal("", await ada.Composer.InputValueAsync());
        ada.AssertNoFault();
    }

    [GeneratedRegex("""<link rel="modulepreload" fetchpriority="low" href="([^"]+)">""")]
    private static partial Regex NamedModule();
}
