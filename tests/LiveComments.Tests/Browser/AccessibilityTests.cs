using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Log;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(StaffBrowserCollection.Name)]
public sealed class AccessibilityTests(Chromium chromium)
{
    [RequiresAxeFact]
    public async Task Axe_finds_nothing_serious_on_any_page_in_either_colour_scheme()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show", """{"questions":true,"welcome":"Be kind. https://example.org/rules"}""");
        await server.LiveEventAsync("quiet");
        await server.LiveEventAsync("open", """{"guests":true}""");
        var axe = await File.ReadAllTextAsync(RequiresAxeFactAttribute.Script);
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            // Axe itself writes HTML, which the pages' policy forbids.
            await using var ada = await Visitor.ComeAsync(chromium, server, $"ada-{scheme}".ToLowerInvariant(), options: new BrowserNewContextOptions
            {
                BypassCSP = true,
                ColorScheme = scheme,
                // Half faded in, a comment has half its contrast.
                ReducedMotion = ReducedMotion.Reduce,
                ViewportSize = new ViewportSize { Width = 1100, Height = 760 },
            });
            var mine = $"a comment in the {scheme}";
            Task CheckAsync(string where) => AssertNothingSeriousAsync(ada, axe, $"{where}, {scheme}");

            await ada.Page.GotoAsync("/");
            await ada.Page.Locator(".card").First.WaitForAsync();
            await CheckAsync("list of events");
            await ada.WatchAsync("quiet");
            await CheckAsync("empty room");
            await ada.WatchAsync("show");
            await ada.WriteAsync(mine);
            await ada.SeesAsync(mine);
            await ada.UseToolAsync(mine, "Love");
            await ada.Comment(mine).GetByLabel("Love, 1").First.WaitForAsync();
            await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "@ada and others", "وهذا أيضا");
            await ada.Log.GetByText("وهذا أيضا").Last.WaitForAsync();
            await ada.Comment(mine).HoverAsync();
            var first = (await server.EntriesAsync(eventId)).OfType<CommentEntry>().First().Comment.Id;
            using (var administrator = server.As(Role.Administrator))
                await administrator.CallAsync("PUT", "/live/show/moderation/pinned", $$"""{"commentID":"{{first}}"}""");
            using (var administrator = server.As(Role.Administrator))
                await administrator.CallAsync("POST", "/live/show/polls", """{"question":"Who wins?","options":["Red","Blue"]}""", System.Net.HttpStatusCode.Created);
            await ada.Pinned.Locator(".comment").WaitForAsync();
            await ada.Page.Locator(".poll-option").First.ClickAsync();
            await ada.Page.Locator(".poll-option").First.GetByText("%").WaitForAsync();
            await ada.Page.Locator("#welcome").WaitForAsync();
            await CheckAsync("room");
            await ada.Page.SetViewportSizeAsync(390, 844);
            await CheckAsync("room on a phone");
            await ada.Page.SetViewportSizeAsync(1100, 760);
            await ada.Pinned.GetByRole(AriaRole.Button, new() { Name = "Pinned" }).ClickAsync();
            await CheckAsync("pinned comment folded");
            using (var administrator = server.As(Role.Administrator))
            {
                var asked = (await administrator.CallAsync("POST", "/live/show/comments", $$"""{"commentText":"Who scored in the {{scheme}}?","question":true}""", System.Net.HttpStatusCode.Created)).Text("commentID");
                await administrator.CallAsync("PUT", "/live/show/moderation/stage", $$"""{"commentID":"{{asked}}"}""");
                await ada.Page.Locator("#show-questions").ClickAsync();
                await ada.Page.Locator("#questions .comment").Filter(new() { HasText = $"Who scored in the {scheme}?" }).Locator(".vote").ClickAsync();
                await ada.Page.Locator("#on-stage").GetByText("1 vote").First.WaitForAsync();
                await CheckAsync("questions");
                await ada.Page.Keyboard.PressAsync("Escape");
                await administrator.CallAsync("DELETE", "/live/show/moderation/stage");
            }
            await ada.Log.Locator(".name").Last.ClickAsync();
            await ada.Page.GetByText("Report this comment").ClickAsync();
            await CheckAsync("somebody");
            await ada.Page.Keyboard.PressAsync("Escape");
            await ada.Page.GetByLabel("Emoji").ClickAsync();
            await CheckAsync("emoji");
            await ada.Page.Keyboard.PressAsync("Escape");
            await ada.UseToolAsync(mine, "Reply");
            await ada.WriteAsync($"a reply in the {scheme}");
            await ada.SeesAsync($"a reply in the {scheme}");
            await ada.Page.Locator(".replies").First.ClickAsync();
            await ada.Page.Locator("#thread .thread-replies .comment").First.WaitForAsync();
            await CheckAsync("thread");
            await ada.Page.Locator(".account-button").ClickAsync();
            await CheckAsync("account");
            await ada.Page.GetByText("Two-step log-in").ClickAsync();
            await ada.Page.Locator("details[open]").GetByLabel("Current password").FillAsync("correct horse battery");
            await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
            var secret = AccountClient.FromBase32((await ada.Page.Locator(".secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal));
            await ada.Page.GetByLabel("Code it shows").FillAsync(Totp.Code(secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30));
            await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
            await ada.Page.Locator(".recovery-codes").WaitForAsync();
            await CheckAsync("recovery codes");
            await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
            await ada.Page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
            await CheckAsync("log in");
            await ada.Page.GotoAsync("/live/nothing-here");
            await CheckAsync("no such event");
            await ada.Page.GotoAsync("/nothing-here");
            await ada.Page.Locator("h1").WaitForAsync();
            await CheckAsync("nothing here");
            foreach (var where in (string[])["/password#token=x", "/password"])
            {
                await ada.Page.GotoAsync(where);
                await ada.Page.Locator("h1").WaitForAsync();
                await CheckAsync(where);
            }
            await ada.Page.GotoAsync("/live/open");
            await ada.CaughtUpAsync();
            await ada.WriteAsync("without a name");
            await ada.Page.GetByText("Choose a nickname first.").WaitForAsync();
            await CheckAsync("nickname");
            await ada.Page.GetByLabel("Nickname").FillAsync("Eve");
            await ada.Composer.PressAsync("Enter");
            await ada.SeesAsync("without a name");
            await ada.Page.Locator(".account-button").ClickAsync();
            await CheckAsync("guest");
        }
    }

    [RequiresAxeFact]
    public async Task Axe_finds_nothing_serious_on_the_administrators_page_in_either_colour_scheme()
    {
        await using var server = await TestServer.StartAsync();
        var axe = await File.ReadAllTextAsync(RequiresAxeFactAttribute.Script);
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            var options = new BrowserNewContextOptions { BypassCSP = true, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new ViewportSize { Width = 1280, Height = 800 } };
            await using var nadia = await server.AdministratorAsync(chromium, options, $"nadia-{scheme}".ToLowerInvariant());
            var page = nadia.Page;
            Task CheckAsync(string where) => AssertNothingSeriousAsync(nadia, axe, $"{where}, {scheme}");

            await page.GotoAsync("/admin#new");
            await page.GetByRole(AriaRole.Button, new() { Name = "Create event" }).ClickAsync();
            await page.Locator("[aria-invalid=true]").First.WaitForAsync();
            await CheckAsync("new event with faults");
            var eventId = await server.LiveEventAsync($"show-{scheme}");
            await server.AppointAsync(eventId, nadia.UserId!.Value);
            using (var administrator = server.As(Role.Administrator))
                await administrator.CallAsync("PUT", $"/events/{eventId}/participants/{Guid.NewGuid()}", """{"role":"viewer"}""");
            await page.GotoAsync($"/live/show-{scheme}");
            await page.Locator("#ask-poll").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a choice" }).ClickAsync();
            await CheckAsync("new poll");
            await page.GotoAsync($"/admin?again#/show-{scheme}");
            await page.Locator(".person").Nth(1).WaitForAsync();
            await page.GetByLabel("Description").FillAsync("Changed");
            await CheckAsync("an event");
            await page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).ClickAsync();
            await CheckAsync("share");
            await page.Keyboard.PressAsync("Escape");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete event" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
            await page.GetByText("This is not the same.").WaitForAsync();
            await CheckAsync("delete");
            await page.Keyboard.PressAsync("Escape");
            await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
            await page.Locator(".account-button").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = "Log in to manage events" }).WaitForAsync();
            await CheckAsync("not admitted");
        }
    }

    [RequiresAxeFact]
    public async Task Axe_finds_nothing_at_all_on_the_moderators_page_in_either_colour_scheme_at_a_desk_and_on_a_phone()
    {
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>());
        var eventId = await server.LiveEventAsync("show");
        using var author = server.Client((await server.RegisterAsync("eve")).Text("token"));
        foreach (var text in new[] { "hold the first", "hold the second", "shown to all" })
            using (await Http.UntilTakenAsync(() => author.SendAsync("POST", $"/live/{eventId}/comments", $$"""{"commentText":"{{text}}"}""")))
            {
            }
        var axe = await File.ReadAllTextAsync(RequiresAxeFactAttribute.Script);
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            foreach (var width in new[] { 1280, 360 })
            {
                var options = new BrowserNewContextOptions { BypassCSP = true, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new ViewportSize { Width = width, Height = 800 } };
                await using var mia = await Visitor.ComeAsync(chromium, server, $"mia-{scheme}-{width}".ToLowerInvariant(), options: options);
                await server.AppointAsync(eventId, mia.UserId!.Value);
                var page = mia.Page;
                Task CheckAsync(string where) => AssertNothingAsync(mia, axe, $"{where}, {scheme}, {width}");

                await page.GotoAsync("/moderation/show");
                await page.Locator(".queue-row").First.WaitForAsync();
                await page.Locator(".connection.is-open").WaitForAsync();
                await CheckAsync("queue");
                await page.Keyboard.PressAsync("j");
                await page.Locator(".queue-row.selected").WaitForAsync();
                await page.Keyboard.PressAsync("t");
                await page.Locator(".toast").First.WaitForAsync();
                await CheckAsync("a row is chosen");
                await page.Keyboard.PressAsync("m");
                await page.GetByRole(AriaRole.Dialog).WaitForAsync();
                await CheckAsync("a decision with a reason");
                await page.Keyboard.PressAsync("Escape");
                await page.Locator(".chart-more summary").ClickAsync();
                await page.Keyboard.PressAsync("o");
                await page.GetByText("Comments here").WaitForAsync();
                await page.GetByLabel("A note for other moderators").FillAsync("argues");
                await page.Keyboard.PressAsync("Enter");
                await page.Locator(".notes li").First.WaitForAsync();
                await CheckAsync("a person");
                if (width == 360)
                {
                    await page.Keyboard.PressAsync("Escape");
                    await page.Locator(".views").GetByText("Chat").ClickAsync();
                    await page.Locator(".chat-row").First.WaitForAsync();
                    await CheckAsync("chat");
                    await page.Locator(".views").GetByText("Modes").ClickAsync();
                }
                await page.GetByRole(AriaRole.Tab, new() { Name = "Rules" }).ClickAsync();
                await page.GetByLabel("Words to hold").FillAsync("shown");
                await page.GetByRole(AriaRole.Button, new() { Name = "Try" }).ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Save these rules" }).WaitForAsync();
                await CheckAsync("rules");
                await page.GetByRole(AriaRole.Tab, new() { Name = "Audit" }).ClickAsync();
                await page.Locator(".audit-pane li").First.WaitForAsync();
                await CheckAsync("audit");
                await page.Keyboard.PressAsync("Escape");
                await page.Locator(".event-line").ClickAsync();
                await page.Keyboard.PressAsync("?");
                await page.GetByRole(AriaRole.Dialog).WaitForAsync();
                await CheckAsync("keys");
            }
        }
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben", options: new BrowserNewContextOptions { BypassCSP = true });
        await ben.Page.GotoAsync("/moderation/show");
        await ben.Page.GetByRole(AriaRole.Heading, new() { Name = "You do not moderate this event" }).WaitForAsync();
        await AssertNothingAsync(ben, axe, "not a moderator");
    }

    [RequiresAxeFact]
    public async Task Axe_finds_nothing_at_all_on_the_pages_of_statistics_in_either_colour_scheme_at_a_desk_and_on_a_phone()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        using (var administrator = server.As(Role.Administrator))
        {
            for (var i = 0; i < 4; i++)
                await administrator.CommentAsync(eventId, "what a goal ⚽");
            var first = (await administrator.CommentsAsync(eventId))[0].Text("commentID");
            await administrator.CallAsync("POST", $"/live/{eventId}/comments/{first}/reactions", """{"reactionType":"love"}""");
            await administrator.RefusedAsync(Error.TextEmpty, "POST", $"/live/{eventId}/comments", """{"commentText":""}""");
            await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", $"/live/{eventId}/stats")).GetProperty("refused").GetArrayLength() == 1, "everything is counted");
            await administrator.CallAsync("POST", $"/events/{eventId}/end");
            await server.LiveEventAsync("another");
        }
        var axe = await File.ReadAllTextAsync(RequiresAxeFactAttribute.Script);
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
            foreach (var width in new[] { 1280, 360 })
            {
                var options = new BrowserNewContextOptions { BypassCSP = true, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new ViewportSize { Width = width, Height = 800 } };
                await using var nadia = await server.AdministratorAsync(chromium, options, $"nadia-{scheme}-{width}".ToLowerInvariant());
                var page = nadia.Page;
                foreach (var path in new[] { "/stats/show", "/stats/another", "/stats" })
                {
                    await page.GotoAsync(path);
                    await page.Locator("#board:not([hidden])").WaitForAsync();
                    await AssertNothingAsync(nadia, axe, $"{path}, {scheme}, {width}");
                }
            }
    }

    private static Task AssertNothingSeriousAsync(Visitor visitor, string axe, string where) => AssertNothingAsync(visitor, axe, where, "serious", "critical");

    /// <param name="impacts">Only these count; all without any.</param>
    private static async Task AssertNothingAsync(Visitor visitor, string axe, string where, params string[] impacts)
    {
        await visitor.Page.EvaluateAsync(axe);
        var result = await visitor.Page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations'] })");
        var found = result.GetProperty("violations").EnumerateArray().Where(one => impacts.Length == 0 || impacts.Contains(one.Text("impact")))
            .Select(one => $"{where}: {one.Text("help")}\n{string.Join('\n', one.GetProperty("nodes").EnumerateArray().Select(node => "    " + node.Text("html") + "\n    " + node.Text("failureSummary")))}").ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
