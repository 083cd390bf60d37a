using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(StaffBrowserCollection.Name)]
public sealed class AdminPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task An_administrator_plans_an_event_in_its_time_zone_and_visitors_see_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("taken");
        await server.LiveEventAsync("cup-final-2031");
        await using var nadia = await server.AdministratorAsync(chromium, new BrowserNewContextOptions { TimezoneId = "Europe/Berlin", Locale = "en-GB", ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        var page = nadia.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Manage" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New event" }).ClickAsync();
        Assert.Equal("Europe/Berlin", await page.GetByLabel("Time zone").InputValueAsync());

        // What is missing is said where it is missing.
        await SaveAsync(page, "Create event");
        await page.GetByLabel("Title").And(page.Locator("[aria-invalid=true]:focus")).WaitForAsync();
        Assert.Equal("true", await page.GetByLabel("Type", new() { Exact = true }).GetAttributeAsync("aria-invalid"));
        var videoId = page.GetByLabel("Video ID");
        await page.GetByLabel("Title").FillAsync("Cup final 2031");
        await page.GetByLabel("Description").FocusAsync();
        await Assertions.Expect(videoId).ToHaveValueAsync("cup-final-2031-2");
        await page.GetByLabel("Title").FillAsync("Cup final");
        await page.GetByLabel("Description").FocusAsync();
        await Assertions.Expect(videoId).ToHaveValueAsync("cup-final");
        await page.GetByLabel("Description").FillAsync("From the national stadium.\nDoors open at seven.");
        await page.GetByLabel("Type", new() { Exact = true }).FillAsync("sports");
        await page.GetByLabel("Video ID").FillAsync("no spaces");
        await page.GetByLabel("Starts", new() { Exact = true }).FillAsync("2031-06-01T20:00");
        await page.GetByLabel("Ends").FillAsync("2031-06-01T22:30");
        await page.GetByLabel("Time zone").SelectOptionAsync("America/New_York");
        await page.GetByText("Mon 02:00 where you are").WaitForAsync();
        await page.GetByLabel("Goes live by itself").CheckAsync();
        await page.GetByLabel("Open before the start").FillAsync("15");
        await page.GetByLabel("Viewers at once").FillAsync("5000");
        await page.GetByLabel("😠 Angry").UncheckAsync();
        // A level that has no effect is not offered.
        Assert.Equal(0, await page.GetByText("Moderation", new() { Exact = true }).CountAsync());
        // What becomes of the address is said and shown.
        var video = page.GetByLabel("Video address");
        await page.RouteAsync("https://www.youtube-nocookie.com/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "the player" }));
        await video.FillAsync("https://www.youtube.com/@somebody");
        await page.GetByLabel("Keep it for replay").FocusAsync();
        await page.GetByText("YouTube lets other pages show a video, and this is none").WaitForAsync();
        await video.FillAsync("https://youtu.be/jNQXAC9IVRw");
        await page.GetByText("Shown by the player of YouTube.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await page.FrameLocator(".video-preview iframe").GetByText("the player").WaitForAsync();
        await video.FillAsync("https://video.example/final.m3u8");
        await page.GetByText("Played by the viewer’s browser.").WaitForAsync();
        await page.GetByLabel("Keep it for replay").CheckAsync();
        await page.GetByLabel("Of moderators").CheckAsync();
        await page.GetByLabel("Sites that may show the chat").FillAsync("https://www.example.org\nhttps://B.example");
        await page.GetByLabel("Configuration").FillAsync("""[1]""");
        await SaveAsync(page, "Create event");
        await page.GetByText("A JSON object, such as").WaitForAsync();
        await page.GetByLabel("Configuration").FillAsync("""{"team":"finals","goals":{"views":[1,5],"share":0.5}}""");
        await SaveAsync(page, "Create event");
        await page.GetByText("1 to 64 of A-Z a-z 0-9 _ - and not a UUID.").WaitForAsync();
        await page.GetByLabel("Video ID").FillAsync("taken");
        await SaveAsync(page, "Create event");
        await page.GetByText("Another event has this video ID.").WaitForAsync();
        await page.GetByLabel("Video ID").FillAsync("cup-final");
        // Typed once, it no longer follows the title.
        await page.GetByLabel("Title").FillAsync("The cup final");
        await page.GetByLabel("Title").FillAsync("Cup final");
        Assert.Equal("cup-final", await videoId.InputValueAsync());
        await SaveAsync(page, "Create event");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Cup final" }).WaitForAsync();
        Assert.EndsWith("/admin#/cup-final", page.Url, StringComparison.Ordinal);

        var stored = await server.As(Role.Administrator).CallAsync("GET", "/events/cup-final");
        Assert.Equal(("2031-06-02T00:00:00.000Z", "2031-06-02T02:30:00.000Z", "America/New_York"), (stored.Text("startTime"), stored.Text("endTime"), stored.Text("timezone")));
        Assert.Equal(("Cup final", "From the national stadium.\nDoors open at seven.", "sports", "standard"), (stored.Text("title"), stored.Text("description"), stored.Text("eventType"), stored.Text("moderationLevel")));
        Assert.True(stored.GetProperty("startsItself").GetBoolean());
        Assert.Equal("""{"reactionTypes":["like","love","haha","wow","sad"],"maxParticipants":5000,"openBeforeStartMinutes":15,"videoUrl":"https://video.example/final.m3u8","keep":true,"links":"moderators","embedOrigins":["https://www.example.org","https://b.example"]}""", stored.GetProperty("settings").GetRawText());

        Assert.Equal("""{"team":"finals","goals":{"views":[1,5],"share":0.5}}""", stored.GetProperty("analyticsConfig").GetRawText());

        // What is gone from the text is taken away; what is not touched stays, also a number that a browser does not know exactly.
        await server.As(Role.Administrator).CallAsync("PATCH", "/events/cup-final", """{"analyticsConfig":{"id":9007199254740993}}""");
        await page.ReloadAsync();
        await page.GetByLabel("Configuration").FillAsync("""{"goals":{"views":[1,5],"likes":7},"id":9007199254740992}""");
        await SaveAsync(page, "Save");
        await page.GetByText("Saved.").WaitForAsync();
        stored = await server.As(Role.Administrator).CallAsync("GET", "/events/cup-final");
        Assert.Equal("""{"goals":{"views":[1,5],"likes":7},"id":9007199254740993}""", stored.GetProperty("analyticsConfig").GetRawText());

        // Put off by a day: only that is changed.
        Assert.Equal("2031-06-01T20:00", await page.GetByLabel("Starts", new() { Exact = true }).InputValueAsync());
        await page.GetByLabel("Starts", new() { Exact = true }).FillAsync("2031-06-02T20:00");
        await SaveAsync(page, "Save");
        await page.GetByText("endTime is after startTime.").WaitForAsync();
        await page.GetByLabel("Ends").FillAsync("2031-06-02T22:30");
        await SaveAsync(page, "Save");
        await page.GetByText("Saved.").WaitForAsync();
        var changed = await server.As(Role.Administrator).CallAsync("GET", "/events/cup-final");
        Assert.Equal("2031-06-03T00:00:00.000Z", changed.Text("startTime"));
        Assert.Equal(stored.GetProperty("settings").GetRawText(), changed.GetProperty("settings").GetRawText());

        // Held again a week later, at the same time on its clocks.
        await page.GetByRole(AriaRole.Link, new() { Name = "Use again" }).ClickAsync();
        await Assertions.Expect(videoId).ToHaveValueAsync("cup-final-2");
        await page.GetByLabel("Title").FillAsync("Cup final, replayed");
        await SaveAsync(page, "Create event");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/admin#/cup-final-replayed$"));
        var again = await server.As(Role.Administrator).CallAsync("GET", "/events/cup-final-replayed");
        Assert.Equal(("2031-06-10T00:00:00.000Z", "2031-06-10T02:30:00.000Z", "America/New_York", changed.GetProperty("settings").GetRawText()), (again.Text("startTime"), again.Text("endTime"), again.Text("timezone"), again.GetProperty("settings").GetRawText()));

        await using var ben = await Visitor.ComeAsync(chromium, server);
        await ben.Page.GotoAsync("/");
        await ben.Page.Locator(".card").Filter(new() { HasText = "Cup final" }).First.WaitForAsync();
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task What_an_administrator_does_shows_on_a_viewers_page_at_once()
    {
        await using var server = await TestServer.StartAsync();
        using var other = server.As(Role.Administrator);
        var created = await other.CallAsync("POST", "/events", $$"""{"videoID":"show","title":"A show","eventType":"news","startTime":"{{DateTimeOffset.UtcNow.AddHours(2):O}}"}""", HttpStatusCode.Created);
        await using var nadia = await server.AdministratorAsync(chromium);
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await ben.WatchAsync("show");
        await ben.Page.GetByText("Comments open when the broadcast begins").WaitForAsync();
        await nadia.Page.GotoAsync("/admin#/show");

        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Start now" }).ClickAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Start now" }).ClickAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Go live" }).ClickAsync();
        await ben.Page.Locator(".badge.on-air").WaitForAsync();
        await nadia.Page.Locator(".group.live .row-link[aria-current]").WaitForAsync();

        await nadia.Page.GetByLabel("Slow mode").FillAsync("60");
        await SaveAsync(nadia.Page, "Save");
        await nadia.Page.GetByText("Saved.").WaitForAsync();
        // Follows the setting in the log.
        await server.PlaceCommentsAsync(created.Text("eventID")!, new UserId(Guid.NewGuid()), "by somebody");
        await ben.SeesAsync("by somebody");
        await ben.WriteAsync("by ben");
        await ben.SeesAsync("by ben");
        await ben.Page.GetByText("Slow mode is on. You can write again in").WaitForAsync();

        await ben.Comment("by somebody").HoverAsync();
        Assert.Equal(0, await ben.Comment("by somebody").GetByRole(AriaRole.Button, new() { Name = "Delete" }).CountAsync());
        await nadia.Page.GetByLabel("Username").FillAsync("nobody-here");
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await nadia.Page.GetByText("Nobody has the name nobody-here.").WaitForAsync();
        await nadia.Page.GetByLabel("Username").FillAsync("@BEN");
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await nadia.Page.Locator(".person").Filter(new() { HasText = "@ben" }).GetByText("Moderator", new() { Exact = true }).WaitForAsync();
        await Http.EventuallyAsync(async () =>
        {
            await ben.Page.Mouse.MoveAsync(5, 5);
            await ben.Comment("by somebody").HoverAsync();
            return await ben.Comment("by somebody").GetByRole(AriaRole.Button, new() { Name = "Delete" }).CountAsync() > 0;
        }, "a moderator sees what deletes");
        await ben.UseToolAsync("by somebody", "Delete");
        await ben.NoLongerSeesAsync("by somebody");

        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Make viewer: ben" }).ClickAsync();
        await nadia.Page.Locator(".person").GetByText("Viewer", new() { Exact = true }).WaitForAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Take off the list: ben" }).ClickAsync();
        await nadia.Page.GetByText("Nobody yet.").WaitForAsync();
        Assert.Equal("[]", (await other.CallAsync("GET", "/events/show/participants")).GetRawText());

        await nadia.Page.GetByLabel("Everybody who joined").CheckAsync();
        var joined = nadia.Page.Locator(".person").Filter(new() { HasText = "@ben · joined" });
        await joined.WaitForAsync();
        Assert.Equal(0, await joined.GetByRole(AriaRole.Button, new() { Name = "Take off the list" }).CountAsync());
        await joined.GetByRole(AriaRole.Button, new() { Name = "Make moderator: ben" }).ClickAsync();
        await joined.GetByText("Moderator", new() { Exact = true }).WaitForAsync();
        await nadia.Page.GetByLabel("Everybody who joined").UncheckAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Take off the list: ben" }).ClickAsync();
        await nadia.Page.GetByText("Nobody yet.").WaitForAsync();

        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "End event" }).ClickAsync();
        await nadia.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End event" }).ClickAsync();
        await ben.Page.GetByText("Comments are closed").WaitForAsync();
        await nadia.Page.Locator(".group.ended .row-link").WaitForAsync();
        nadia.AssertNoFault();
        ben.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task An_event_is_deleted_by_whoever_types_its_title()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await server.LiveEventAsync("stays");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin#/show");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete event" }).ClickAsync();
        await page.GetByLabel("Type it to confirm").FillAsync("A shoe");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await page.GetByText("This is not the same.").WaitForAsync();
        await server.Anonymous.CallAsync("GET", "/events/show");
        await page.GetByLabel("Type it to confirm").FillAsync(" A  show ");
        await page.GetByLabel("Type it to confirm").PressAsync("Enter");
        await page.Locator("#sheet").GetByText("A show is deleted.").WaitForAsync();
        await server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", "/events/show");
        await Http.EventuallyAsync(async () => await page.Locator(".row-link").CountAsync() == 1, "one event is left in the list");
        Assert.EndsWith("#/stays", (await page.Locator(".row-link").GetAttributeAsync("href"))!, StringComparison.Ordinal);
        // Who follows an old link to it is told.
        await page.GotoAsync("/admin#/show");
        await page.GetByText("There is no such event.").WaitForAsync();
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Nobody_else_administers_anything()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("secret", """{"visibility":"private"}""");
        await using var ben = await Visitor.ComeAsync(chromium, server);
        var page = ben.Page;
        await page.GotoAsync("/admin#/secret");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Log in to manage events" }).WaitForAsync();
        Assert.False(await page.Locator("#desk").IsVisibleAsync());

        await server.RegisterAsync("ben");
        await page.Locator("#gate").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("ben");
        await page.GetByLabel("Password").FillAsync(AccountClient.Password);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "This page is for administrators" }).WaitForAsync();
        Assert.False(await page.Locator("#desk").IsVisibleAsync());
        Assert.DoesNotContain("A show", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = "Manage" }).CountAsync());
        await page.GotoAsync("/");
        await page.Locator(".account-button").WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = "Manage" }).CountAsync());
        ben.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Nothing_typed_is_lost_to_an_error_to_others_changes_or_by_leaving()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await server.LiveEventAsync("other");
        using var other = server.As(Role.Administrator);
        await other.CallAsync("PATCH", "/events/other", """{"title":"Another show"}""");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin#/show");
        var title = page.GetByLabel("Title", new() { Exact = true });
        await title.FillAsync("A better show");

        await page.RouteAsync("**/events/*", route => route.Request.Method == "PATCH" ? route.AbortAsync() : route.ContinueAsync());
        await SaveAsync(page, "Save");
        await page.GetByText("The server does not answer.").WaitForAsync();
        Assert.Equal("A better show", await title.InputValueAsync());
        await page.UnrouteAsync("**/events/*");

        // Others' changes come where nothing was typed, and are told of where something was.
        await other.CallAsync("PATCH", "/events/show", """{"title":"Their show","eventType":"sports"}""");
        await page.GetByText("Somebody has changed this meanwhile.").WaitForAsync();
        Assert.Equal("sports", await page.GetByLabel("Type", new() { Exact = true }).InputValueAsync());
        Assert.Equal("A better show", await title.InputValueAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Another show" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.Equal("A better show", await title.InputValueAsync());
        await page.WaitForFunctionAsync("location.hash === '#/show'");
        await SaveAsync(page, "Save");
        await page.GetByText("Saved.").WaitForAsync();
        Assert.Equal("A better show", (await other.CallAsync("GET", "/events/show")).Text("title"));

        await title.FillAsync("Not meant");
        await page.GetByRole(AriaRole.Link, new() { Name = "Another show" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Another show" }).WaitForAsync();
        Assert.Equal("Another show", await title.InputValueAsync());
        await page.GetByLabel("Description").FillAsync("half a sen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        Assert.Equal("", await page.GetByLabel("Description").InputValueAsync());
        nadia.AssertNoFault();

        // Leaving the page asks too; a visitor of ours answers that they stay.
        await title.FillAsync("Meant after all");
        var asked = new TaskCompletionSource<string>();
        page.Dialog += (_, dialog) => asked.TrySetResult(dialog.Type);
        await page.EvaluateAsync("setTimeout(() => location.assign('/'))");
        Assert.Equal("beforeunload", await asked.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("Meant after all", await title.InputValueAsync());
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_time_typed_too_late_gives_way_to_the_one_the_event_started_with()
    {
        await using var server = await TestServer.StartAsync();
        using var other = server.As(Role.Administrator);
        await other.CallAsync("POST", "/events", """{"videoID":"show","title":"A show","eventType":"news","startTime":"2099-06-01T20:00:00Z"}""", HttpStatusCode.Created);
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin#/show");
        var starts = page.GetByLabel("Starts", new() { Exact = true });
        await starts.FillAsync("2099-06-01T21:00");
        await page.GetByLabel("Goes live by itself").CheckAsync();
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("A better show");
        await other.CallAsync("POST", "/events/show/start");
        var wentLive = page.GetByLabel("Went live", new() { Exact = true });
        await wentLive.WaitForAsync();
        await page.GetByText("The plan was Mon, Jun 1, 2099").WaitForAsync();
        var stored = await other.CallAsync("GET", "/events/show");
        Assert.Equal(stored.Text("startedAt")![..16], await wentLive.InputValueAsync());
        await SaveAsync(page, "Save");
        await page.GetByText("Saved.").WaitForAsync();
        Assert.Equal("A better show", (await other.CallAsync("GET", "/events/show")).Text("title"));

        // Nothing ends before it starts, however early it was.
        await page.GetByText("for 0:").WaitForAsync();
        await other.CallAsync("POST", "/events/show/end");
        var ended = page.GetByRole(AriaRole.Textbox, new() { Name = "Ended", Exact = true });
        await ended.WaitForAsync();
        Assert.True(string.CompareOrdinal(await wentLive.InputValueAsync(), await ended.InputValueAsync()) <= 0);
        await other.CallAsync("POST", "/events", """{"videoID":"off","title":"No show","eventType":"news","startTime":"2099-06-01T20:00:00Z"}""", HttpStatusCode.Created);
        await other.CallAsync("POST", "/events/off/end");
        await page.GotoAsync("/admin#/off");
        await page.GetByLabel("Was to start", new() { Exact = true }).WaitForAsync();
        await page.GetByLabel("Called off", new() { Exact = true }).WaitForAsync();
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Ends_of_lines_are_no_change()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        using var other = server.As(Role.Administrator);
        await other.CallAsync("PATCH", "/events/show", """{"description":"One line.\r\nAnother one."}""");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin#/show");
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("A better show");
        await SaveAsync(page, "Save");
        await page.GetByText("Saved.").WaitForAsync();
        Assert.Equal("One line.\r\nAnother one.", (await other.CallAsync("GET", "/events/show")).Text("description"));
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Many_events_are_found_by_a_part_of_their_title_beyond_what_is_shown()
    {
        await using var server = await TestServer.StartAsync();
        using var other = server.As(Role.Administrator);
        foreach (var i in Enumerable.Range(1, 70))
        {
            await other.CallAsync("POST", "/events", $$"""{"videoID":"e{{i}}","title":"Matinee {{i:00}}","eventType":"music","startTime":"2026-01-01T10:{{i % 60:00}}:00Z"}""", HttpStatusCode.Created);
            await other.CallAsync("POST", $"/events/e{i}/end");
        }
        var hidden = await other.CallAsync("POST", "/events", """{"title":"Needle in the hay","eventType":"music","startTime":"2025-01-01T10:00:00Z"}""", HttpStatusCode.Created);
        await other.CallAsync("POST", $"/events/{hidden.Text("eventID")}/end");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin");
        await Http.EventuallyAsync(async () => await page.Locator(".row-link").CountAsync() == 50, "one page is shown");
        await page.GetByLabel("Find events").FillAsync("needle");
        await page.GetByText("1 event found").WaitForAsync();
        Assert.Equal(["Needle in the hay"], await page.Locator(".row-title").AllTextContentsAsync());
        await page.GetByLabel("Find events").FillAsync("");
        await Http.EventuallyAsync(async () => await page.Locator(".row-link").CountAsync() == 71, "all of them are shown");
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Hostile_titles_and_names_are_text_and_keep_their_place()
    {
        await using var server = await TestServer.StartAsync();
        using var other = server.As(Role.Administrator);
        await using var nadia = await server.AdministratorAsync(chromium, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 390, Height = 780 } });
        var page = nadia.Page;
        await nadia.Context.AddInitScriptAsync("window.hit = () => { window.wasHit = true; }");
        var titles = Hostile.Texts.Where(text => text.EnumerateRunes().Count() <= 255 && !text.Any(char.IsControl) && !string.IsNullOrWhiteSpace(text)).ToList();
        Assert.True(titles.Count > 130);
        foreach (var (title, i) in titles.Select((title, i) => (title, i)))
            await other.CallAsync("POST", "/events", JsonSerializer.Serialize(new { videoID = $"show{i}", title, description = title, eventType = "news", startTime = DateTimeOffset.UtcNow.AddHours(i + 1) }), HttpStatusCode.Created);
        var accounts = server.Services.GetRequiredService<IAccountStore>();
        foreach (var (name, i) in titles.Take(40).Select((name, i) => (name, i)))
        {
            Assert.True(UserId.TryParse((await server.RegisterAsync($"person{i}")).Text("userID")!, out var id));
            var account = (await accounts.FindAsync(id, default))!;
            Assert.True(await accounts.ReplaceAsync(account with { DisplayName = name }, default));
            await server.AppointAsync("show0", id);
        }

        async Task AssertInPlaceAsync() => Assert.Equal("", await page.EvaluateAsync<string>("""
            () => [...document.querySelectorAll('body *')].filter(element => element.checkVisibility() && !element.closest('.visually-hidden, select, bdi') && element.getBoundingClientRect().right > innerWidth + 1)
              .map(element => element.outerHTML.slice(0, 200)).join('\n')
            """));
        await page.GotoAsync("/admin");
        await Http.EventuallyAsync(async () => await page.Locator(".row-link").CountAsync() == titles.Count, "all are listed");
        Assert.Equal(titles, await page.Locator(".row-title").AllTextContentsAsync());
        await AssertInPlaceAsync();
        foreach (var i in new[] { 0, 1, titles.FindIndex(text => text.Contains('ש', StringComparison.Ordinal)), titles.FindIndex(text => text.StartsWith("WWWW", StringComparison.Ordinal)), titles.Count - 1 }.Where(i => i >= 0))
        {
            await page.GotoAsync($"/admin#/show{i}");
            await page.Locator("h2").And(page.GetByText(titles[i], new() { Exact = true })).WaitForAsync();
            Assert.Equal(titles[i], await page.GetByLabel("Title", new() { Exact = true }).InputValueAsync());
            await AssertInPlaceAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete event" }).ClickAsync();
            Assert.Equal(titles[i], await page.Locator(".retype").TextContentAsync());
            await AssertInPlaceAsync();
            await page.Keyboard.PressAsync("Escape");
        }
        await page.GotoAsync("/admin#/show0");
        await Http.EventuallyAsync(async () => await page.Locator(".person").CountAsync() == 40, "all are listed");
        Assert.Equal(titles.Take(40).Order(StringComparer.Ordinal), (await page.Locator(".person-name").AllTextContentsAsync()).Order(StringComparer.Ordinal));
        await AssertInPlaceAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('#desk :is(script, iframe, object, embed, style, video, audio, details, table, base, meta, b, img)').length"));
        Assert.False(await page.EvaluateAsync<bool>("window.wasHit === true"));
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task With_the_keyboard_alone_an_event_is_created_started_and_given_a_moderator()
    {
        await using var server = await TestServer.StartAsync();
        await server.RegisterAsync("ben");
        await using var nadia = await server.AdministratorAsync(chromium);
        var keyboard = nadia.Page.Keyboard;
        await nadia.Page.GotoAsync("/admin");
        await nadia.Page.GetByText("No events yet.").WaitForAsync();
        await nadia.TabToAsync("New event");
        await keyboard.PressAsync("Enter");
        await nadia.Page.GetByLabel("Title").And(nadia.Page.Locator(":focus")).WaitForAsync();
        await keyboard.TypeAsync("By keyboard");
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync("All of it.");
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync("news");
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync("keys");
        await keyboard.PressAsync("Enter");
        await nadia.Page.Locator("h2:focus").And(nadia.Page.GetByText("By keyboard", new() { Exact = true })).WaitForAsync();

        await nadia.TabToAsync("Start now");
        await keyboard.PressAsync("Enter");
        await nadia.TabToAsync("Go live");
        await keyboard.PressAsync("Enter");
        await nadia.Page.Locator(".sheet .badge.on-air").WaitForAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "End event" }).And(nadia.Page.Locator(":focus")).WaitForAsync();

        await nadia.TabToAsync("People");
        await keyboard.PressAsync("Enter");
        await keyboard.TypeAsync("ben");
        await keyboard.PressAsync("Enter");
        await nadia.Page.Locator(".person").Filter(new() { HasText = "@ben" }).WaitForAsync();
        Assert.Equal("moderator", (await server.As(Role.Administrator).CallAsync("GET", "/events/keys/participants"))[0].Text("role"));
        nadia.AssertNoFault();
    }

    private static Task SaveAsync(IPage page, string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
