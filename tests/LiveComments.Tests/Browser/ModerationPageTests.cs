using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The moderators' page of an event, at a desk and on a phone.</summary>
[Collection(StaffBrowserCollection.Name)]
public sealed class ModerationPageTests(Chromium chromium) : IAsyncLifetime
{
    private readonly Dictionary<string, HttpClient> _people = [];
    private TestServer _server = null!;
    private string _live = null!;

    private static BrowserNewContextOptions Desk => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 860 } };

    private static BrowserNewContextOptions Phone => new() { ViewportSize = new ViewportSize { Width = 360, Height = 740 }, HasTouch = true, IsMobile = true };

    public async Task InitializeAsync()
    {
        if (new RequiresFactAttribute(Chromium.Program).Skip is not null)
            return;
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>());
        _live = await _server.LiveEventAsync("show");
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _people.Values)
            client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_moderator_works_through_the_queue_by_keyboard_alone_and_no_row_moves_under_a_key()
    {
        foreach (var name in new[] { "eve", "finn", "gus" })
            await WriteAsync(name, "hold the same");
        await WriteAsync("dan", "hold the second");
        await WriteAsync("hana", "hold the third");
        await using var mia = await ModeratorAsync("mia");
        var page = mia.Page;
        await Rows(page).Nth(2).WaitForAsync();
        await Row(page, "hold the same").GetByText("×3").WaitForAsync();
        await Row(page, "hold the same").GetByText("says hold").WaitForAsync();

        await page.Keyboard.PressAsync("j");
        await Selected(page, "hold the same").WaitForAsync();
        var second = await Row(page, "hold the second").BoundingBoxAsync();
        await WriteAsync("ivo", "hold the late one");
        await page.GetByText("1 new").WaitForAsync();
        await page.Keyboard.PressAsync("d");
        await Selected(page, "hold the second").WaitForAsync();
        await Row(page, "hold the same").GetByText("Rejected", new() { Exact = true }).WaitForAsync();
        await WaitingAsync("hold the second", "hold the third", "hold the late one");
        Assert.Equal(second!.Y, (await Row(page, "hold the second").BoundingBoxAsync())!.Y);
        Assert.Equal(["hold the same", "hold the second", "hold the third"], await page.Locator(".queue-row .row-text").AllTextContentsAsync());

        await page.Keyboard.PressAsync("u");
        await WaitingAsync("hold the same", "hold the same", "hold the same", "hold the second", "hold the third", "hold the late one");
        await page.Keyboard.PressAsync("a");
        await Selected(page, "hold the third").WaitForAsync();
        await SeenAsync("hold the second");

        // Taken back within its grace, a ban was never there.
        await page.Keyboard.PressAsync("b");
        await page.Locator(".toast").GetByText("Ban hana in").WaitForAsync();
        await page.Keyboard.PressAsync("u");
        await page.Locator(".toast").GetByText("Taken back: Ban hana").WaitForAsync();
        Assert.DoesNotContain("ban", await RestrictionsAsync("hana"));
        await page.Keyboard.PressAsync("t");
        await Http.EventuallyAsync(async () => (await RestrictionsAsync("hana")).Contains("timeout"), "the author is timed out");
        await page.Keyboard.PressAsync("b");
        await Http.EventuallyAsync(async () => (await RestrictionsAsync("hana")).Contains("ban"), "the ban is sent after its grace");

        await page.Keyboard.PressAsync("n");
        await Row(page, "hold the late one").WaitForAsync();
        await Selected(page, "hold the third").WaitForAsync();
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog).GetByText("Undo the latest decision").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        // The page hears a little later than the server that a row waits again.
        await Assertions.Expect(page.Locator(".queue-row:not(.is-done)")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("j");
        for (var left = 3; left > 0; left--)
            await page.Keyboard.PressAsync("d");
        await page.GetByText("Queue empty").WaitForAsync();
        await WaitingAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Everything_by_one_person_is_deleted_at_once_and_comes_back_with_undo()
    {
        foreach (var text in new[] { "the first", "the second", "the third" })
            await WriteAsync("eve", text);
        await WriteAsync("dan", "by somebody else");
        await using var mia = await ModeratorAsync("mia");
        var page = mia.Page;
        await page.Locator(".chat-row").Nth(3).WaitForAsync();
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("k");
        await page.Locator(".chat-row.selected").GetByText("the third").WaitForAsync();
        await page.Keyboard.PressAsync("o");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete everything" }).ClickAsync();
        await page.Locator(".toast").GetByText("Deleted everything by eve").WaitForAsync();
        await SeenAsync("by somebody else");
        await Assertions.Expect(page.Locator(".chat-row.is-done")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("u");
        await SeenAsync("the first", "the second", "the third", "by somebody else");
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task From_the_chat_a_comment_goes_on_stage_and_off_and_a_question_is_answered_and_open_again()
    {
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", $"/events/{_live}", """{"settings":{"questions":true}}""");
        using var eve = _server.Client((await _server.RegisterAsync("eve")).Text("token"));
        await eve.CallAsync("POST", $"/live/{_live}/comments", """{"commentText":"Why is the sky blue","question":true}""", HttpStatusCode.Created);
        await WriteAsync("dan", "no question");
        await using var mia = await ModeratorAsync("mia");
        var page = mia.Page;
        var (question, comment) = (ChatRow("Why is the sky blue"), ChatRow("no question"));
        await question.GetByText("Question", new() { Exact = true }).WaitForAsync();

        await comment.Locator(".row-text").ClickAsync();
        Assert.Equal(0, await Button(comment, "Answered").CountAsync());
        await Button(comment, "On stage").ClickAsync();
        await page.Locator(".toast").GetByText("It is on stage.").WaitForAsync();
        await Assertions.Expect(Button(comment, "On stage")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal("no question", (await EventAsync()).GetProperty("stage").Text("commentText"));
        await question.Locator(".row-text").ClickAsync();
        await Button(question, "On stage").ClickAsync();
        await Assertions.Expect(Button(question, "On stage")).ToHaveAttributeAsync("aria-pressed", "true");
        await Button(question, "Answered").ClickAsync();
        await Assertions.Expect(Button(question, "Answered")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal(("Why is the sky blue", "answered"), ((await EventAsync()).GetProperty("stage").Text("commentText"), (await EventAsync()).GetProperty("stage").Text("question")));

        await Button(question, "Answered").ClickAsync();
        await page.Locator(".toast").GetByText("The question is open again.").WaitForAsync();
        await Assertions.Expect(Button(question, "Answered")).ToHaveAttributeAsync("aria-pressed", "false");
        await Button(question, "On stage").ClickAsync();
        await page.Locator(".toast").GetByText("It is no longer on stage.").WaitForAsync();
        await Assertions.Expect(Button(question, "On stage")).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.False((await EventAsync()).TryGetProperty("stage", out _));
        mia.AssertNoFault();

        Task<JsonElement> EventAsync() => _server.Anonymous.CallAsync("GET", $"/events/{_live}");

        ILocator ChatRow(string text) => page.Locator(".chat-row").Filter(new() { HasText = text });

        static ILocator Button(ILocator row, string name) => row.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_picture_is_removed_by_those_who_moderate_all_events_alone()
    {
        await WriteAsync("eve", "look at me");
        await _people["eve"].CallAsync("PATCH", "/me", """{"avatarUrl":"https://example.org/eve.png"}""");
        await using var mia = await ModeratorAsync("mia");
        await OpenAsync(mia.Page);
        Assert.Equal(0, await Remove(mia.Page).CountAsync());
        await using var nadia = await _server.AdministratorAsync(chromium, Desk);
        await GoAsync(nadia.Page);
        await OpenAsync(nadia.Page);
        await Remove(nadia.Page).ClickAsync();
        await nadia.Page.Locator(".toast").GetByText("The picture of eve was removed.").WaitForAsync();
        await Remove(nadia.Page).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.False((await _people["eve"].CallAsync("GET", "/me")).TryGetProperty("avatarUrl", out _));
        mia.AssertNoFault();
        nadia.AssertNoFault();

        async Task OpenAsync(IPage page)
        {
            await page.Locator(".chat-row").Filter(new() { HasText = "look at me" }).Locator(".row-name").ClickAsync();
            await page.Locator("#person-panel").GetByRole(AriaRole.Button, new() { Name = "Delete everything" }).WaitForAsync();
        }

        static ILocator Remove(IPage page) => page.Locator("#person-panel").GetByRole(AriaRole.Button, new() { Name = "Remove picture" });
    }

    [RequiresFact(Chromium.Program)]
    public async Task Rules_are_tried_on_the_latest_comments_before_they_are_saved()
    {
        foreach (var text in new[] { "buy now", "buy later", "hello" })
            await WriteAsync("eve", text);
        await using var mia = await ModeratorAsync("mia");
        var page = mia.Page;
        await page.GetByRole(AriaRole.Tab, new() { Name = "Rules" }).ClickAsync();
        await page.GetByLabel("Words to hold").FillAsync("buy");
        Assert.False(await page.GetByRole(AriaRole.Button, new() { Name = "Save these rules" }).IsVisibleAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Try" }).ClickAsync();
        await page.GetByText("They would have held 2 of the last 3 comments.").WaitForAsync();
        await page.Locator(".dry-run").GetByText("buy later").WaitForAsync();
        Assert.False((await RulesAsync()).TryGetProperty("words", out _));

        // What was tried is not what would be saved now.
        await page.GetByLabel("Words to hold").FillAsync("buy\nhello");
        Assert.False(await page.GetByRole(AriaRole.Button, new() { Name = "Save these rules" }).IsVisibleAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Try" }).ClickAsync();
        await page.GetByText("They would have held 3 of the last 3 comments.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save these rules" }).ClickAsync();
        await page.GetByText("Saved. They hold").WaitForAsync();
        Assert.Equal(["buy", "hello"], (await RulesAsync()).GetProperty("words").EnumerateArray().Select(word => word.Text("text")));
        await page.Locator("details").GetByText("Hosts and expressions").ClickAsync();
        await page.GetByLabel("Hosts whose links are always refused").FillAsync("no host");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try" }).ClickAsync();
        await page.GetByText("links.block[0] is not a host such as example.org").WaitForAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Notes_and_decisions_with_a_reason_are_made_by_key_and_first_comments_are_found()
    {
        await WriteAsync("eve", "her first");
        await WriteAsync("dan", "his first");
        await WriteAsync("eve", "her second");
        await WriteAsync("gus", "hold this, by somebody new");
        await using var mia = await ModeratorAsync("mia");
        var page = mia.Page;
        await Assertions.Expect(page.Locator(".chat-row.first .row-text")).ToHaveTextAsync(["her first", "his first"]);
        await Row(page, "hold this").GetByText("first comment").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "First", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".chat-row .row-text")).ToHaveTextAsync(["her first", "his first"]);
        await WriteAsync("hana", "one more first");
        await WriteAsync("dan", "his second");
        await Assertions.Expect(page.Locator(".chat-row .row-text")).ToHaveTextAsync(["her first", "his first", "one more first"]);

        // A note, without the mouse: what is typed is no key, and the row is still chosen.
        await page.Locator(".event-line").ClickAsync();
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("k");
        await page.Locator(".chat-row.selected").GetByText("his first").WaitForAsync();
        await page.Keyboard.PressAsync("w");
        await page.GetByLabel("A note for other moderators").And(page.Locator(":focus")).WaitForAsync();
        await page.Keyboard.TypeAsync("argues, but means well");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".notes li").GetByText("argues, but means well").WaitForAsync();
        await page.Locator(".chat-row.selected:focus").GetByText("his first").WaitForAsync();
        await using (var nora = await ModeratorAsync("nora"))
        {
            await nora.Page.Locator(".chat-row").Filter(new() { HasText = "his second" }).GetByText("dan @dan").ClickAsync();
            await nora.Page.Locator(".notes li").Filter(new() { HasText = "argues, but means well" }).GetByText("mia").WaitForAsync();
            nora.AssertNoFault();
        }

        await page.Keyboard.PressAsync("m");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Decision").SelectOptionAsync("Time out for 1 hour");
        await dialog.GetByLabel("Reason").FillAsync("Please be kind.");
        Assert.False(await dialog.GetByText("In all events").IsVisibleAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".toast").GetByText("Timed out dan for 1 hour").WaitForAsync();
        await page.Locator("#person-panel").GetByText("Timed out for 1 hour, by mia: Please be kind.").WaitForAsync();
        Assert.Equal("Please be kind.", (await _people["dan"].CallAsync("GET", "/me/notices"))[0].Text("reason"));
        await page.Keyboard.PressAsync("m");
        await dialog.GetByLabel("Reason").FillAsync("Off the subject.");
        await page.Keyboard.PressAsync("Enter");
        await SeenAsync("her first", "her second", "one more first", "his second");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Audit" }).ClickAsync();
        await page.Locator(".audit-pane").GetByText("mia deleted “his first” by dan: Off the subject.").WaitForAsync();
        await page.Locator(".audit-pane li").Filter(new() { HasText = "left a note about dan" }).GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Person" }).ClickAsync();
        await page.Locator(".notes li").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#person-panel").GetByRole(AriaRole.Button, new() { Name = "More…" }).ClickAsync();
        await dialog.GetByLabel("Decision").SelectOptionAsync("Ban, and keep their network out for a week");
        await dialog.GetByLabel("Reason").FillAsync("Comes back again and again.");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".toast").GetByText("with the network").WaitForAsync();
        // It is sent after its grace.
        await page.Locator("#person-panel .restrictions").GetByText("with the network").WaitForAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task An_administrator_decides_for_all_events_and_the_charts_say_why_comments_are_refused()
    {
        await WriteAsync("eve", "here I am");
        await using var nadia = await _server.AdministratorAsync(chromium, Desk);
        var page = nadia.Page;
        await GoAsync(page);
        await _people["eve"].RefusedAsync(Error.TextEmpty, "POST", $"/live/{_live}/comments", """{"commentText":" "}""");
        await page.Locator(".chart-more summary").ClickAsync();
        await page.Locator(".chart-reasons").GetByText("No text").WaitForAsync();
        await page.Locator(".event-line").ClickAsync();
        await page.Keyboard.PressAsync("c");
        await page.Locator(".chat-row.selected").WaitForAsync();
        await page.Keyboard.PressAsync("m");
        var dialog = page.GetByRole(AriaRole.Dialog);
        // A comment is in one event.
        Assert.False(await dialog.GetByText("In all events").IsVisibleAsync());
        await dialog.GetByLabel("Decision").SelectOptionAsync("Ban");
        await dialog.GetByLabel("In all events").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Decide" }).ClickAsync();
        await page.Locator(".toast").GetByText("Ban eve in all events in").WaitForAsync();
        await page.Locator(".restrictions").GetByText("Banned, in all events").WaitForAsync();
        var other = await _server.GoLiveAsync();
        await _people["eve"].RefusedAsync(Error.Banned, "POST", $"/live/{other}/comments", """{"commentText":"elsewhere"}""");
        await page.Locator(".restrictions").GetByRole(AriaRole.Button, new() { Name = "Lift" }).ClickAsync();
        await Http.EventuallyAsync(async () => (await RestrictionsAsync("eve")).Count == 0, "the ban is lifted everywhere");
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Where_no_WebSocket_gets_through_the_console_works_all_the_same()
    {
        await using var proxy = new CuttingProxy(_server.BaseAddress) { RefusesWebSockets = true };
        await using var mia = await ModeratorAsync("mia", address: proxy.Address);
        var page = mia.Page;
        await WriteAsync("eve", "hold the first");
        await Row(page, "hold the first").WaitForAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("a");
        await SeenAsync("hold the first");
        await page.Locator(".chat-row").GetByText("hold the first").WaitForAsync();
        proxy.Cut();
        await page.GetByText("The connection is lost.").WaitForAsync();
        proxy.Mend();
        await page.GetByText("Connected", new() { Exact = true }).WaitForAsync();
        await WriteAsync("eve", "hold the second");
        await Row(page, "hold the second").WaitForAsync();

        // Whoever moderates no more is told so here too.
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_live}/participants/{mia.UserId}", """{"role":"viewer"}""");
        await page.GetByRole(AriaRole.Heading, new() { Name = "You do not moderate this event" }).WaitForAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public Task On_the_event_s_page_moderators_stop_somebody_beside_the_comment_and_open_them_in_the_console() => StopBesideTheCommentAsync(isPhone: false);

    [RequiresFact(Chromium.Program)]
    public Task On_a_phone_moderators_stop_somebody_beside_the_comment_too() => StopBesideTheCommentAsync(isPhone: true);

    [RequiresFact(Chromium.Program)]
    public async Task Two_moderators_see_what_the_other_looks_at_and_decides_and_one_takes_back_what_the_other_did()
    {
        await WriteAsync("eve", "hold the first");
        await WriteAsync("dan", "hold the second");
        await using var mia = await ModeratorAsync("mia");
        await using var nora = await ModeratorAsync("nora");
        await Rows(mia.Page).Nth(1).WaitForAsync();
        await Rows(nora.Page).Nth(1).WaitForAsync();
        await mia.Page.Keyboard.PressAsync("j");
        await Row(nora.Page, "hold the first").GetByText("mia looks at this").WaitForAsync();
        await nora.Page.Keyboard.PressAsync("j");
        await Row(mia.Page, "hold the first").GetByText("nora looks at this").WaitForAsync();
        await mia.Page.Keyboard.PressAsync("d");
        await Row(nora.Page, "hold the first").GetByText("Rejected by mia").WaitForAsync();
        // It was decided under her key: nothing happens.
        await nora.Page.Keyboard.PressAsync("a");
        await nora.Page.Keyboard.PressAsync("j");
        await Selected(nora.Page, "hold the second").WaitForAsync();
        await SeenAsync();

        await nora.Page.GetByRole(AriaRole.Tab, new() { Name = "Audit" }).ClickAsync();
        await nora.Page.Locator(".audit-pane").GetByText("mia rejected “hold the first” by eve").WaitForAsync();
        await nora.Page.GetByRole(AriaRole.Button, new() { Name = "Undo: Rejected" }).ClickAsync();
        await nora.Page.GetByText("taken back").WaitForAsync();
        await WaitingAsync("hold the first", "hold the second");
        await Row(mia.Page, "hold the first").Locator(".row-actions").GetByRole(AriaRole.Button, new() { Name = "Approve" }).WaitForAsync();
        mia.AssertNoFault();
        nora.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Without_a_connection_decisions_wait_where_they_can_be_seen_and_are_sent_when_it_is_back()
    {
        await WriteAsync("eve", "hold the first");
        await WriteAsync("dan", "hold the second");
        await using var proxy = new CuttingProxy(_server.BaseAddress);
        await using var mia = await ModeratorAsync("mia", address: proxy.Address);
        var page = mia.Page;
        await Rows(page).Nth(1).WaitForAsync();
        await page.Keyboard.PressAsync("j");
        proxy.Cut();
        await page.GetByText("The connection is lost.").WaitForAsync();
        await page.Keyboard.PressAsync("a");
        await page.GetByText("1 decision waits and is sent when it is back.").WaitForAsync();
        await Row(page, "hold the first").GetByText("Approve: sent when the connection is back").WaitForAsync();
        await WaitingAsync("hold the first", "hold the second");
        proxy.Mend();
        await SeenAsync("hold the first");
        await page.GetByText("Connected", new() { Exact = true }).WaitForAsync();
        await Row(page, "hold the first").GetByText("Approved", new() { Exact = true }).WaitForAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task In_a_raid_one_key_switches_the_shield_on_and_an_event_that_has_ended_is_only_reviewed()
    {
        await using var mia = await ModeratorAsync("mia", goes: false);
        var page = mia.Page;
        // What is usual is known after a minute.
        await page.Clock.InstallAsync();
        await GoAsync(page);
        await Assertions.Expect(page.Locator(".chart-value").First).ToHaveTextAsync("0.0");
        await page.Clock.FastForwardAsync("02:00");
        await page.Keyboard.PressAsync("r");
        await _server.PlaceCommentsAsync(_live, new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 200).Select(n => $"comment {n}")]);
        await page.GetByText("times as many comments as usual").WaitForAsync();
        Assert.Equal("false", await page.GetByRole(AriaRole.Switch, new() { Name = "Shield" }).GetAttributeAsync("aria-checked"));
        await page.Keyboard.PressAsync("r");
        await page.Locator("[data-mode=shield][aria-checked=true]").WaitForAsync();
        using var administrator = _server.As(Role.Administrator);
        Assert.True((await administrator.CallAsync("GET", $"/events/{_live}")).GetProperty("settings").GetProperty("modes").GetProperty("shield").GetBoolean());
        await page.GetByText("times as many comments as usual").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.GetByLabel("Slow mode").SelectOptionAsync("30");
        await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", $"/events/{_live}")).GetProperty("settings").TryGetProperty("slowModeSeconds", out var seconds) && seconds.GetInt32() == 30, "slow mode is on");
        await administrator.CallAsync("POST", $"/events/{_live}/end");
        await page.GetByText("This event has ended. What waits can still be decided.").WaitForAsync();
        await page.Locator("#modes[inert]").WaitForAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task On_a_phone_cards_are_swiped_and_tapped_and_every_control_has_room_for_a_finger()
    {
        foreach (var (name, text) in new[] { ("eve", "hold the first"), ("dan", "hold the second"), ("finn", "hold the third") })
            await WriteAsync(name, text);
        await WriteAsync("eve", "in the chat");
        await using var mia = await ModeratorAsync("mia", Phone);
        var page = mia.Page;
        await page.GetByText("3 cards left").WaitForAsync();
        await SwipeAsync(page, Selected(page, "hold the first"), 200);
        await SeenAsync("in the chat", "hold the first");
        await SwipeAsync(page, Selected(page, "hold the second"), -200);
        await page.Locator(".toast").Filter(new() { HasText = "Rejected" }).GetByRole(AriaRole.Button, new() { Name = "Undo" }).TapAsync();
        await page.Locator(".toast").GetByText("Taken back: Rejected 1 comment").WaitForAsync();
        await WaitingAsync("hold the second", "hold the third");
        await AssertFitsAsync(page);

        await Selected(page, "hold the third").Locator(".row-name").TapAsync();
        var sheet = page.GetByRole(AriaRole.Dialog);
        await sheet.GetByText("Comments here").WaitForAsync();
        await AssertFitsAsync(page);
        await sheet.GetByRole(AriaRole.Button, new() { Name = "1 h" }).TapAsync();
        await Http.EventuallyAsync(async () => (await RestrictionsAsync("finn")).Contains("timeout"), "the author is timed out");
        await sheet.GetByRole(AriaRole.Button, new() { Name = "Lift" }).TapAsync();
        await Http.EventuallyAsync(async () => (await RestrictionsAsync("finn")).Count == 0, "the time-out is lifted");
        await sheet.GetByRole(AriaRole.Button, new() { Name = "Close" }).TapAsync();

        await page.Locator(".views").GetByText("Chat").TapAsync();
        await page.Locator(".chat-row").Filter(new() { HasText = "in the chat" }).Locator(".row-text").TapAsync();
        await AssertFitsAsync(page);
        await page.Locator(".chat-row.selected").GetByRole(AriaRole.Button, new() { Name = "Delete" }).TapAsync();
        await SeenAsync("hold the first");
        await page.Locator(".views").GetByText("Modes").TapAsync();
        await page.GetByRole(AriaRole.Switch, new() { Name = "No links" }).TapAsync();
        await page.Locator("[data-mode=linksOff][aria-checked=true]").WaitForAsync();
        await AssertFitsAsync(page);
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Only_those_who_moderate_find_the_way_to_the_console_and_others_are_shown_the_way_back()
    {
        await using var ben = await Visitor.ComeAsync(chromium, _server, "ben");
        await ben.WatchAsync("show");
        Assert.False(await ben.Page.Locator("#moderate").IsVisibleAsync());
        await ben.Page.GotoAsync($"/moderation/{_live}");
        await ben.Page.GetByRole(AriaRole.Heading, new() { Name = "You do not moderate this event" }).WaitForAsync();
        await ben.Page.GetByRole(AriaRole.Link, new() { Name = "Go to the event" }).ClickAsync();
        await ben.CaughtUpAsync();
        await _server.AppointAsync(_live, ben.UserId!.Value);
        await ben.Page.ReloadAsync();
        await ben.Page.Locator("#moderate").ClickAsync();
        await ben.Page.GetByText("Queue empty").WaitForAsync();

        await using var anybody = await Visitor.ComeAsync(chromium, _server);
        await anybody.Page.GotoAsync("/moderation/show");
        await anybody.Page.GetByRole(AriaRole.Heading, new() { Name = "Log in to moderate" }).WaitForAsync();
        await using var nadia = await _server.AdministratorAsync(chromium);
        await nadia.Page.GotoAsync("/admin#/show");
        await nadia.Page.GetByRole(AriaRole.Link, new() { Name = "Moderate" }).ClickAsync();
        await nadia.Page.GetByText("Queue empty").WaitForAsync();
        await nadia.Page.GotoAsync("/moderation/nothing-here");
        await nadia.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such event" }).WaitForAsync();
        ben.AssertNoFault();
        anybody.AssertNoFault();
        nadia.AssertNoFault();
    }

    private async Task StopBesideTheCommentAsync(bool isPhone)
    {
        await WriteAsync("eve", "too much");
        await WriteAsync("dan", "far too much");
        await using var mia = await ModeratorAsync("mia", isPhone ? Phone : Desk, goes: false);
        var page = mia.Page;
        await mia.WatchAsync("show");
        await UseAsync("too much", "Time out for 10 minutes");
        await page.Locator("#notice").GetByText("eve cannot write for 10 minutes.").WaitForAsync();
        Assert.Equal(["timeout"], await RestrictionsAsync("eve"));
        if (isPhone)
            Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await PressAsync(page.Locator("#notice").GetByRole(AriaRole.Button, new() { Name = "Undo" }));
        await page.Locator("#notice").GetByText("eve may write again.").WaitForAsync();
        Assert.Empty(await RestrictionsAsync("eve"));
        await UseAsync("far too much", "Ban");
        await PressAsync(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Ban" }));
        await page.Locator("#notice").GetByText("dan is banned.").WaitForAsync();
        Assert.Equal(["ban"], await RestrictionsAsync("dan"));

        var opened = page.Context.WaitForPageAsync();
        await UseAsync("far too much", "Who is this?", AriaRole.Link);
        var console = await opened;
        console.SetDefaultTimeout(60_000);
        await console.Locator("#person-panel").GetByText("Banned").First.WaitForAsync();
        await console.Locator("#person-panel .person-name").GetByText("dan").WaitForAsync();
        mia.AssertNoFault();

        Task PressAsync(ILocator what) => isPhone ? what.TapAsync() : what.ClickAsync();
        async Task UseAsync(string text, string tool, AriaRole role = AriaRole.Button)
        {
            var comment = mia.Log.Locator(".comment").Filter(new() { Has = page.Locator(".text").GetByText(text, new() { Exact = true }) });
            if (isPhone)
                await comment.Locator(".text").TapAsync();
            else
                await comment.HoverAsync();
            await PressAsync(comment.GetByRole(AriaRole.Toolbar).GetByRole(role, new() { Name = tool, Exact = true }));
        }
    }

    private static ILocator Rows(IPage page) => page.Locator(".queue-row");

    private static ILocator Row(IPage page, string text) => Rows(page).Filter(new() { HasText = text });

    private static ILocator Selected(IPage page, string text) => page.Locator(".queue-row.selected").Filter(new() { HasText = text });

    private static async Task GoAsync(IPage page)
    {
        await page.GotoAsync("/moderation/show");
        await page.Locator(".connection.is-open").WaitForAsync();
    }

    private async Task<Visitor> ModeratorAsync(string name, BrowserNewContextOptions? options = null, Uri? address = null, bool goes = true)
    {
        var visitor = await Visitor.ComeAsync(chromium, _server, name, address, options ?? Desk);
        await _server.AppointAsync(_live, visitor.UserId!.Value);
        if (goes)
            await GoAsync(visitor.Page);
        return visitor;
    }

    private async Task WriteAsync(string name, string text)
    {
        if (!_people.TryGetValue(name, out var client))
            _people[name] = client = _server.Client((await _server.RegisterAsync(name)).Text("token"));
        using var answer = await Http.UntilTakenAsync(() => client.SendAsync("POST", $"/live/{_live}/comments", JsonSerializer.Serialize(new { commentText = text })));
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.Accepted });
    }

    private async Task<IReadOnlyList<string>> RestrictionsAsync(string name)
    {
        using var administrator = _server.As(Role.Administrator);
        var id = (await _people[name].CallAsync("GET", "/me")).Text("userID");
        return [.. (await administrator.CallAsync("GET", $"/live/{_live}/moderation/users/{id}")).GetProperty("restrictions").EnumerateArray().Select(one => one.Text("kind")!)];
    }

    private async Task<JsonElement> RulesAsync()
    {
        using var administrator = _server.As(Role.Administrator);
        return await administrator.CallAsync("GET", $"/live/{_live}/moderation/rules");
    }

    /// <summary>Waits until exactly these texts are held, the oldest first.</summary>
    private async Task WaitingAsync(params string[] texts)
    {
        using var administrator = _server.As(Role.Administrator);
        await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", $"/live/{_live}/moderation/queue")).EnumerateArray().Select(item => item.GetProperty("comment").Text("commentText")).SequenceEqual(texts),
            $"these wait: {string.Join(", ", texts)}");
    }

    /// <summary>Waits until everybody sees exactly these texts, in their order.</summary>
    private async Task SeenAsync(params string[] texts)
    {
        await Http.EventuallyAsync(async () => (await _server.Anonymous.CallAsync("GET", $"/live/{_live}/comments")).EnumerateArray().Select(comment => comment.Text("commentText")).SequenceEqual(texts),
            $"everybody sees: {string.Join(", ", texts)}");
    }

    /// <summary>Nothing is wider than the screen, and nothing that can be pressed is smaller than 44 px.</summary>
    private static async Task AssertFitsAsync(IPage page)
    {
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var small = await page.EvaluateAsync<string[]>("""
            () => [...(document.querySelector('dialog[open]') ?? document).querySelectorAll('button, a, select, summary')].filter(one => one.checkVisibility({ visibilityProperty: true })).filter(one => {
                const [box, after] = [one.getBoundingClientRect(), getComputedStyle(one, '::after')];
                const more = after.position === 'absolute' ? -2 * parseFloat(after.top) : 0;
                return box.height > 0 && box.height + more < 43.5;
            }).map(one => `${one.className} ${one.textContent}`)
            """);
        Assert.Empty(small);
    }

    /// <summary>Pushes a card sideways with a finger, to the right when positive.</summary>
    private static async Task SwipeAsync(IPage page, ILocator card, float right)
    {
        await card.WaitForAsync();
        var box = (await card.Locator(".row-text").BoundingBoxAsync())!;
        var (x, y) = (right > 0 ? box.X + 10 : box.X + box.Width - 10, box.Y + box.Height / 2);
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await TouchAsync("touchStart", x);
        for (var step = 1; step <= 10; step++)
            await TouchAsync("touchMove", x + right * step / 10);
        await TouchAsync("touchEnd", null);

        Task TouchAsync(string type, float? at) => devTools.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type,
            ["touchPoints"] = at is { } place ? new[] { new { x = place, y } } : [],
        });
    }
}
