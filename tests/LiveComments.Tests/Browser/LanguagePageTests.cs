using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The pages in every language: nothing is cut off, and who reads another language gets it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LanguagePageTests(Chromium chromium)
{
    /// <summary>Texts that are beside the page, larger than the button they are in, or cut by what is around them. What people wrote is cut on purpose.</summary>
    private const string Cut = """
        () => {
          // What slides in is measured where it will be.
          for (const animation of document.getAnimations()) if (animation.effect.getComputedTiming().endTime < Infinity) animation.finish();
          const found = new Set();
          const inside = (text, box, sides) => sides.every(([least, most]) => text[least] >= box[least] - 1.5 && text[most] <= box[most] + 1.5);
          const ACROSS = ['left', 'right'], DOWN = ['top', 'bottom'];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const parent = node.parentElement;
            // What is there for screen readers alone is clipped to nothing.
            if (!node.data.trim() || !parent.checkVisibility({ visibilityProperty: true }) || getComputedStyle(parent).clipPath === 'inset(50%)' || parent.closest('[dir=auto], select, noscript, .name, code, .flying')) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const text = range.getBoundingClientRect();
            const what = `"${node.data.trim()}" in ${parent.localName}.${parent.className}`;
            // A phone makes a page larger that does not fit.
            if (!inside(text, { left: 0, right: Math.min(innerWidth, screen.width) }, [ACROSS])) found.add(`${what} is beside the page`);
            const control = parent.closest('button, .button, .badge, [role=tab]');
            if (control && !inside(text, control.getBoundingClientRect(), [ACROSS, DOWN])) found.add(`${what} is larger than its button`);
            const part = parent.closest('summary, .chart, .field, .check');
            if (part && !inside(text, part.getBoundingClientRect(), [ACROSS])) found.add(`${what} is wider than its place`);
            for (let around = parent; around && around !== document.body; around = around.parentElement)
              if (getComputedStyle(around).overflowX !== 'visible' && !inside(text, around.getBoundingClientRect(), [ACROSS])) {
                found.add(`${what} is cut by ${around.className || around.localName}`);
                break;
              }
          }
          return [...found];
        }
        """;

    [RequiresFact(Chromium.Program)]
    public async Task Nothing_is_cut_off_in_any_language_on_a_phone_or_at_a_desk()
    {
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>());
        using var administrator = server.As(Role.Administrator);
        var eventId = await server.LiveEventAsync("show", """{"guests":true,"questions":true,"slowModeSeconds":30}""");
        using (var author = server.Client((await server.RegisterAsync("eve")).Text("token")))
        using (await Http.UntilTakenAsync(() => author.SendAsync("POST", $"/live/{eventId}/comments", """{"commentText":"hold this"}""")))
        {
        }
        await administrator.CallAsync("POST", "/live/show/polls", """{"question":"Who wins?","options":["Red","Blue"]}""", System.Net.HttpStatusCode.Created);
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "hello", "and goodbye");
        await administrator.CallAsync("PUT", "/live/show/moderation/pinned", $$"""{"commentID":"{{(await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "pinned"))[0].Id}}"}""");
        await server.PlaceCommentsAsync(await server.LiveEventAsync("over"), new UserId(Guid.NewGuid()), "it was here");
        await administrator.CallAsync("POST", "/events/over/end");
        foreach (var (language, locale, width) in new[] { ("en", "en-GB", 360), ("de", "de-DE", 360), ("es", "es-MX", 360), ("de", "de-DE", 1280) })
            await AssertNothingCutAsync(server, language, locale, width);
    }

    [RequiresFact(Chromium.Program)]
    public async Task Who_chooses_a_language_keeps_it_and_an_address_may_say_which_one()
    {
        await using var server = await TestServer.StartAsync();
        using var administrator = server.As(Role.Administrator);
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, options: new BrowserNewContextOptions { Locale = "de-DE" });
        var page = ada.Page;
        await ada.WatchAsync("show");
        await page.GetByText("Melde dich an, um mitzuschreiben").WaitForAsync();
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Anmelden" }).ClickAsync();
        await page.GetByLabel("Name oder E-Mail").FillAsync("ada");
        await page.GetByLabel("Passwort").FillAsync("not hers");
        await page.Locator("dialog button[type=submit]").ClickAsync();
        await page.GetByText("Name oder E-Mail und Passwort passen nicht zusammen.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sprache" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Español" }).ClickAsync();
        await page.GetByText("Entra para participar en el chat").WaitForAsync();
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Un evento en vivo" }).WaitForAsync();
        await page.GotoAsync("/?lang=de");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Ein Event ist live" }).WaitForAsync();
        // The choice takes the language out of the address, which would count for more.
        await page.GetByRole(AriaRole.Button, new() { Name = "Sprache" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "One event is live" }).WaitForAsync();
        Assert.Equal(server.BaseAddress.ToString(), page.Url);

        await administrator.CallAsync("POST", $"/live/{eventId}/polls", """{"question":"Who wins?","options":["Red","Blue"]}""", System.Net.HttpStatusCode.Created);
        await page.GotoAsync("/live/show?embed=overlay&lang=de");
        await page.GetByText("0 Stimmen", new() { Exact = true }).WaitForAsync();
        await page.GotoAsync("/live/show?embed=chat&lang=es");
        await page.GetByText("0 votos", new() { Exact = true }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresAxeFact]
    public async Task Axe_finds_nothing_serious_where_the_language_is_not_English()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show", """{"guests":true}""");
        var axe = await File.ReadAllTextAsync(RequiresAxeFactAttribute.Script);
        await using var ada = await Visitor.ComeAsync(chromium, server, options: new BrowserNewContextOptions { BypassCSP = true, Locale = "es-ES", ReducedMotion = ReducedMotion.Reduce });
        await ada.WatchAsync("show");
        await ada.Page.Locator(".composer textarea").WaitForAsync();
        await ada.Page.Locator("#language").ClickAsync();
        await ada.Page.Locator("dialog").WaitForAsync();
        await CheckAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada.Page.Locator(".composer .icon-button").First.ClickAsync();
        await ada.Page.Locator(".picker-grid").First.WaitForAsync();
        await CheckAsync();

        async Task CheckAsync()
        {
            await ada.Page.EvaluateAsync(axe);
            var result = await ada.Page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations'] })");
            Assert.Equal([], result.GetProperty("violations").EnumerateArray().Where(one => one.Text("impact") is "serious" or "critical").Select(one => one.Text("help")));
        }
    }

    private async Task AssertNothingCutAsync(TestServer server, string language, string locale, int width)
    {
        // Pages have a layout of their own for fingers.
        BrowserNewContextOptions Options() => new() { Locale = locale, HasTouch = width < 500, IsMobile = width < 500, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new ViewportSize { Width = width, Height = 760 } };
        await using (var stranger = await Visitor.ComeAsync(chromium, server, options: Options()))
        {
            var page = stranger.Page;
            await page.GotoAsync("/");
            await page.Locator(".card").First.WaitForAsync();
            Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
            await CheckAsync(page, "list of events");
            await page.Locator("#language").ClickAsync();
            await CheckDialogAsync(page, "languages");
            await stranger.WatchAsync("show");
            await page.Locator(".guest-note").WaitForAsync();
            await CheckAsync(page, "room of a guest");
            await page.Locator("#account button").ClickAsync();
            await CheckDialogAsync(page, "log in");
            await page.Locator(".guest-note button").First.ClickAsync();
            await CheckDialogAsync(page, "sign up");
            await page.GotoAsync("/live/nothing");
            await page.Locator(".status button").WaitForAsync();
            await CheckAsync(page, "no such event");
            await page.GotoAsync("/password#token=none");
            await page.Locator("form").WaitForAsync();
            await CheckAsync(page, "password");
            await page.GotoAsync("/admin");
            await page.Locator(".gate p").First.WaitForAsync();
            await CheckAsync(page, "not admitted");
        }

        await using var nadia = await server.AdministratorAsync(chromium, Options(), $"nadia-{language}-{width}");
        {
            var page = nadia.Page;
            await nadia.WatchAsync("show");
            await page.Locator(".poll-actions button").First.WaitForAsync();
            await page.Locator("#share").WaitForAsync();
            await page.Locator("#log .comment .name").First.ClickAsync();
            await page.Locator("dialog .row button").Nth(2).ClickAsync();
            await page.Locator("#muted").WaitForAsync();
            await CheckAsync(page, "room of a moderator");
            await page.Locator("#show-questions").ClickAsync();
            await page.Locator(".questions .thread-note").GetByText(".").WaitForAsync();
            await CheckAsync(page, "questions");
            await page.Locator(".questions .thread-head .icon-button").ClickAsync();
            await page.Locator("#muted").ClickAsync();
            await CheckDialogAsync(page, "muted");
            // Where a list is not at its end, the button that leads there may stand over its last name.
            await page.Locator("#log").EvaluateAsync("log => log.scrollTop = log.scrollHeight");
            await page.Locator("#pill").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
            await page.Locator("#log .comment .name").Last.ClickAsync();
            await page.Locator("dialog summary").ClickAsync();
            await CheckDialogAsync(page, "a person");
            await page.Locator("#share").ClickAsync();
            await CheckDialogAsync(page, "share");
            await page.Locator(".account-button").ClickAsync();
            await page.EvaluateAsync("for (const more of document.querySelectorAll('dialog details')) more.open = true");
            await CheckDialogAsync(page, "account");
            await nadia.WatchAsync("over");
            await page.Locator(".replay").WaitForAsync();
            await CheckAsync(page, "replay");
            await page.GotoAsync("/admin#new");
            await page.Locator(".event-form").WaitForAsync();
            await page.Locator(".event-form [type=submit]").ClickAsync();
            await page.Locator("[aria-invalid=true]").First.WaitForAsync();
            await CheckAsync(page, "new event");
            await page.GotoAsync("/admin?again#/show");
            await page.Locator(".person-form").WaitForAsync();
            await CheckAsync(page, "an event");
            await page.GotoAsync("/stats/over");
            await page.Locator(".figure").First.WaitForAsync();
            await CheckAsync(page, "statistics of an event");
            await page.GotoAsync("/stats");
            await page.Locator("tbody tr").First.WaitForAsync();
            await CheckAsync(page, "statistics");
            await page.GotoAsync("/moderation/show");
            await page.Locator(".queue-row").First.WaitForAsync();
            await page.Locator(".connection.is-open").WaitForAsync();
            await CheckAsync(page, "console");
            await page.Keyboard.PressAsync("?");
            await CheckDialogAsync(page, "keys");
            await page.EvaluateAsync("document.querySelector('#tab-rules').click()");
            if (width < 500)
                foreach (var view in new[] { "chat", "modes" })
                {
                    await page.Locator($"[data-view={view}]").Last.ClickAsync();
                    await CheckAsync(page, $"console, {view}");
                }
            nadia.AssertNoFault();
        }

        async Task CheckAsync(IPage page, string where)
        {
            var found = await page.EvaluateAsync<string[]>(Cut);
            Assert.True(found.Length == 0, $"{where}, {language}, {width}:\n{string.Join('\n', found)}");
        }

        async Task CheckDialogAsync(IPage page, string where)
        {
            await page.Locator("dialog[open]").WaitForAsync();
            await CheckAsync(page, where);
            await page.Keyboard.PressAsync("Escape");
            await page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
    }
}
