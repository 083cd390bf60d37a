using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The pages on a phone: every control answers a finger. Taps are touch events of the browser, not clicks of a script.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TouchTests(Chromium chromium)
{
    /// <summary>The size and the finger of a common phone.</summary>
    private static BrowserNewContextOptions Phone => new() { ViewportSize = new ViewportSize { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true, DeviceScaleFactor = 2 };

    [RequiresFact(Chromium.Program)]
    public async Task Every_button_of_a_comment_s_toolbar_answers_a_tap()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", options: Phone);
        await server.AppointAsync(eventId, ada.UserId!.Value);
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "the first", "the second");
        await ada.WatchAsync("show");

        foreach (var reaction in new[] { "Like", "Love", "Haha", "Wow", "Sad", "Angry" })
        {
            await ToolAsync(ada, ada.Comment("the second"), reaction);
            await ada.Comment("the second").GetByLabel($"{reaction}, 1").WaitForAsync();
        }
        await ada.Comment("the second").GetByLabel("Angry, 1").TapAsync();
        await ada.Comment("the second").Locator(".reaction").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await ToolAsync(ada, ada.Comment("the second"), "Reply");
        await ada.Page.GetByText("Replying to writer: the second").WaitForAsync();
        await ToolAsync(ada, ada.Comment("the second"), "Pin");
        await ada.PinnedRow("the second").WaitForAsync();
        await ToolAsync(ada, ada.PinnedRow("the second"), "Love");
        await ada.PinnedRow("the second").GetByLabel("Love, 1").WaitForAsync();
        await ToolAsync(ada, ada.PinnedRow("the second"), "Unpin");
        await ada.Pinned.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await ToolAsync(ada, ada.Comment("the first"), "Delete");
        await ada.NoLongerSeesAsync("the first");

        // A tap beside the comments puts the bar away.
        await ada.Comment("the second").Locator(".text").TapAsync();
        await ada.Comment("the second").GetByRole(AriaRole.Toolbar).WaitForAsync();
        await ada.Page.Locator(".chat-head").TapAsync();
        await ada.Page.Locator(".tools").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_finger_moves_through_threads_the_pinned_comment_and_the_list()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", options: Phone);
        await server.AppointAsync(eventId, ada.UserId!.Value);
        var author = new UserId(Guid.NewGuid());
        await server.PlaceCommentsAsync(eventId, author, [.. Enumerable.Range(1, 60).Select(n => $"comment {n:00}")]);
        await ada.WatchAsync("show");
        var page = ada.Page;

        await ToolAsync(ada, ada.Comment("comment 60"), "Reply");
        await page.GetByLabel("Do not reply").TapAsync();
        await page.Locator(".composer-bar").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await ToolAsync(ada, ada.Comment("comment 60"), "Reply");
        await ada.Composer.FillAsync("by finger");
        await page.GetByLabel("Send").TapAsync();
        await ada.SeesAsync("by finger");

        // Both what counts the replies and what a reply quotes lead to the thread, where the bar works too.
        await ada.Comment("comment 60").Locator(".replies").First.TapAsync();
        var reply = page.Locator("#thread .thread-replies .comment").Filter(new() { HasText = "by finger" });
        await ToolAsync(ada, reply, "Wow");
        await reply.GetByLabel("Wow, 1").WaitForAsync();
        await page.Locator("#thread").GetByLabel("Back to all comments").TapAsync();
        await page.Locator("#thread").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await ada.Comment("by finger").Locator(".context").TapAsync();
        await reply.WaitForAsync();
        await page.Locator("#thread").GetByLabel("Back to all comments").TapAsync();

        await ToolAsync(ada, ada.Comment("comment 60").Last, "Pin");
        var toggle = ada.Pinned.GetByRole(AriaRole.Button, new() { Name = "Pinned" });
        await toggle.TapAsync();
        await ada.PinnedRow("comment 60").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await toggle.TapAsync();
        await ada.PinnedRow("comment 60").WaitForAsync();

        // A finger that drags the list stops it; the pill leads back to the newest.
        await DragAsync(page, ada.Log, 300);
        await page.Locator("#pill").WaitForAsync();
        await server.PlaceCommentsAsync(eventId, author, "the newest");
        await page.Locator("#pill").Filter(new() { HasText = "1 new comment" }).WaitForAsync();
        await Http.EventuallyAsync(async () =>
        {
            // A tap on a list that still moves only stops it.
            if (await page.Locator("#pill").IsVisibleAsync())
                await page.Locator("#pill").TapAsync();
            return !await page.Locator("#pill").IsVisibleAsync();
        }, "the list follows the newest again");
        await ada.SeesAsync("the newest");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_finger_chooses_emoji_and_names_and_the_keyboard_stays_up()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", options: Phone);
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), [.. Enumerable.Range(1, 40).Select(n => $"comment {n:00}")]);
        await ada.WatchAsync("show");
        var page = ada.Page;
        var emoji = page.Locator("#composer").GetByRole(AriaRole.Button, new() { Name = "Emoji" });

        await emoji.TapAsync();
        await page.Locator(".picker-grid button").Nth(3).TapAsync();
        await page.GetByLabel("Search emoji").TapAsync();
        await page.GetByLabel("Search emoji").FillAsync("heart");
        await page.Locator(".picker h3").GetByText("Found").WaitForAsync();
        await page.Locator(".picker-grid button").First.TapAsync();
        await ada.Composer.TapAsync();
        await page.Locator(".picker").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal(2, await ada.Composer.EvaluateAsync<int>("field => [...new Intl.Segmenter().segment(field.value)].length"));
        await emoji.TapAsync();
        await emoji.TapAsync();
        await page.Locator(".picker").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // The list of names lies over the comments: the tap is for it alone, and who types goes on typing.
        await ada.Composer.FillAsync("");
        await ada.Composer.PressSequentiallyAsync("hello @wri");
        await page.GetByRole(AriaRole.Option).Filter(new() { HasText = "@writer" }).TapAsync();
        await page.Locator(".completion").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal("hello @writer ", await ada.Composer.InputValueAsync());
        Assert.Equal(1, await page.Locator("textarea:focus").CountAsync());
        Assert.Equal(0, await page.Locator(".tools").CountAsync());
        await page.GetByLabel("Send").TapAsync();
        await ada.SeesAsync("hello @writer");
        Assert.Equal(1, await page.Locator("textarea:focus").CountAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_finger_signs_up_changes_the_account_logs_out_and_changes_the_colours()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, options: Phone);
        await ada.WatchAsync("show");
        var page = ada.Page;
        var dialog = page.GetByRole(AriaRole.Dialog);

        await page.Locator("#composer").GetByRole(AriaRole.Button, new() { Name = "Log in" }).TapAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sign up" }).TapAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Log in" }).TapAsync();
        await dialog.GetByLabel("Close").TapAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#account").GetByRole(AriaRole.Button, new() { Name = "Log in" }).TapAsync();
        await dialog.WaitForAsync();
        // Beside the dialog.
        await page.Touchscreen.TapAsync(195, 12);
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.Locator("#composer").GetByRole(AriaRole.Button, new() { Name = "Sign up" }).TapAsync();
        await dialog.GetByLabel("Name").TapAsync();
        await page.Keyboard.TypeAsync("ada");
        await dialog.GetByLabel("E-mail").TapAsync();
        await page.Keyboard.TypeAsync("ada@example.org");
        await dialog.GetByLabel("Password").TapAsync();
        await page.Keyboard.TypeAsync("correct horse battery");
        await dialog.Locator("button[type=submit]").TapAsync();
        await ada.Composer.WaitForAsync();

        await page.Locator(".account-button").TapAsync();
        await dialog.GetByLabel("Display name").FillAsync("Ada the First");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).TapAsync();
        await dialog.GetByText("Saved.").WaitForAsync();
        await dialog.GetByText("Change password").First.TapAsync();
        await dialog.GetByLabel("Current password").First.WaitForAsync();
        await dialog.GetByText("Two-step log-in").TapAsync();
        await dialog.GetByLabel("Current password").Nth(1).FillAsync("correct horse battery");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Set up" }).TapAsync();
        await dialog.Locator(".secret").WaitForAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Log out" }).TapAsync();
        await page.Locator("#composer").GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();

        var theme = await page.Locator("html").GetAttributeAsync("data-theme");
        await page.Locator("#theme").TapAsync();
        Assert.NotEqual(theme, await page.Locator("html").GetAttributeAsync("data-theme"));
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_finger_plays_a_replay_and_goes_to_any_place_in_it()
    {
        await using var server = await Recording.StartAsync();
        await using var ada = await Visitor.ComeAsync(chromium, server, options: Phone);
        var page = ada.Page;
        await page.GotoAsync("/live/show");
        var slider = page.GetByLabel("Place in the recording");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true }).WaitForAsync();
        var width = (await slider.BoundingBoxAsync())!.Width;
        await slider.TapAsync(new() { Position = new() { X = width - 2, Y = 34 } });
        await ada.SeesAsync("Closing words");
        await slider.TapAsync(new() { Position = new() { X = width / 4, Y = 34 } });
        await ada.NoLongerSeesAsync("Closing words");
        await ada.SeesAsync("Twenty seconds in");
        await slider.TapAsync(new() { Position = new() { X = 2, Y = 34 } });
        await ada.NoLongerSeesAsync("Twenty seconds in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).WaitForAsync();
        await page.GetByLabel("Speed").TapAsync();
        await page.GetByLabel("Speed").SelectOptionAsync("8");
        await ada.SeesAsync("Ten seconds in");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_finger_plans_starts_ends_and_deletes_an_event()
    {
        await using var server = await TestServer.StartAsync();
        await server.RegisterAsync("ben");
        await using var nadia = await server.AdministratorAsync(chromium, Phone);
        var page = nadia.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Manage" }).TapAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New event" }).TapAsync();
        await page.GetByLabel("Title").TapAsync();
        await page.Keyboard.TypeAsync("By finger");
        await page.GetByLabel("Type", new() { Exact = true }).FillAsync("news");
        await page.GetByLabel("Video ID").FillAsync("finger");
        await page.GetByLabel("Goes live by itself").TapAsync();
        await page.GetByLabel("Only people on its list").TapAsync();
        await page.GetByLabel("😠 Angry").TapAsync();
        await page.GetByLabel("Keep it for replay").TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create event" }).TapAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "By finger" }).WaitForAsync();

        await page.GetByLabel("Everybody", new() { Exact = true }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).TapAsync();
        await page.GetByLabel("Everybody", new() { Exact = true }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).TapAsync();
        await page.GetByText("Saved.").WaitForAsync();
        var stored = await server.As(Role.Administrator).CallAsync("GET", "/events/finger");
        Assert.True(stored.GetProperty("startsItself").GetBoolean());
        Assert.Equal("""{"reactionTypes":["like","love","haha","wow","sad"],"keep":true}""", stored.GetProperty("settings").GetRawText());

        await page.GetByRole(AriaRole.Button, new() { Name = "Start now" }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start now" }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Go live" }).TapAsync();
        await page.Locator(".sheet .badge.on-air").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "People" }).TapAsync();
        await page.GetByLabel("Username").FillAsync("ben");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make viewer: ben" }).TapAsync();
        await page.Locator(".person").GetByText("Viewer", new() { Exact = true }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take off the list: ben" }).TapAsync();
        await page.GetByText("Nobody yet.").WaitForAsync();
        await page.GetByLabel("Everybody who joined").TapAsync();
        await page.GetByText("Nobody has joined yet.").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "End event" }).TapAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End event" }).TapAsync();
        await page.Locator(".sheet .badge").GetByText("Ended").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "All events" }).TapAsync();
        await page.GetByLabel("Find events").TapAsync();
        await page.Keyboard.TypeAsync("finger");
        await page.GetByText("1 event found").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "By finger" }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete event" }).TapAsync();
        await page.GetByLabel("Type it to confirm").FillAsync("By finger");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).TapAsync();
        await page.GetByText("No events yet.").WaitForAsync();
        await server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", "/events/finger");
        nadia.AssertNoFault();
    }

    /// <summary>Drags a finger over something, down when positive.</summary>
    private static async Task DragAsync(IPage page, ILocator over, float down)
    {
        var box = (await over.BoundingBoxAsync())!;
        var (x, y) = (box.X + box.Width / 2, box.Y + (down > 0 ? 10 : box.Height - 10));
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await TouchAsync("touchStart", y);
        for (var step = 1; step <= 10; step++)
            await TouchAsync("touchMove", Math.Clamp(y + down * step / 10, box.Y + 1, box.Y + box.Height - 1));
        await TouchAsync("touchEnd", null);

        Task TouchAsync(string type, float? at) => devTools.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type,
            ["touchPoints"] = at is { } place ? new[] { new { x, y = place } } : [],
        });
    }

    /// <summary>Taps a comment, then a button of the bar that this shows.</summary>
    private static async Task ToolAsync(Visitor visitor, ILocator comment, string tool)
    {
        await comment.Locator(".text").TapAsync();
        await comment.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = tool, Exact = true }).TapAsync();
        await visitor.Page.Locator(".tools").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }
}
