using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Log;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ViewerPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_reaction_s_button_and_the_focus_on_it_stay_while_counts_change()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await ada.WatchAsync("show");
        await ben.WatchAsync("show");
        await ada.WriteAsync("Press here");
        await ben.UseToolAsync("Press here", "Love");
        var love = await ada.Comment("Press here").GetByLabel("Love, 1").First.ElementHandleAsync();
        await love.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.Comment("Press here").GetByLabel("Love, 2").First.WaitForAsync();
        // Likes stand before loves.
        await ben.UseToolAsync("Press here", "Like");
        await ada.Comment("Press here").GetByLabel("Like, 1").First.WaitForAsync();
        Assert.True(await love.EvaluateAsync<bool>("chip => chip === document.activeElement && chip.ariaLabel === 'Love, 1'"));
        ada.AssertNoFault();
        ben.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task People_s_pictures_are_asked_for_only_where_the_operator_says()
    {
        foreach (var (source, shown) in ((string, bool)[])[("", false), ("https://other.example.org", false), ("https://pictures.example.org", true), ("https:", true)])
        {
            await using var server = await TestServer.StartAsync(null, $"--LiveComments:Pages:PictureSource={source}");
            await server.LiveEventAsync("show");
            await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
            await ada.Page.RouteAsync("https://pictures.example.org/**", route => route.FulfillAsync(new() { ContentType = "image/svg+xml", Body = """<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>""" }));
            using (var client = server.As(Role.Viewer, ada.UserId))
                await client.CallAsync("PATCH", "/me", """{"avatarUrl":"https://pictures.example.org/ada.svg"}""");
            await ada.WatchAsync("show");
            await ada.WriteAsync("Who am I");
            await ada.SeesAsync("Who am I");
            Assert.Equal("A", await ada.Comment("Who am I").Locator(".avatar span").First.TextContentAsync());
            Assert.Equal(shown ? 1 : 0, await ada.Comment("Who am I").Locator(".avatar img").CountAsync());
            ada.AssertNoFault();
        }
    }

    [RequiresFact(Chromium.Program)]
    public async Task What_one_writes_replies_reacts_and_deletes_another_browser_shows_at_once_and_after_a_reload()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await server.AppointAsync(eventId, ben.UserId!.Value);
        await ada.WatchAsync("show");
        await ben.WatchAsync("show");

        await ada.WriteAsync("Hello from the first row");
        await ada.SeesAsync("Hello from the first row");
        await ben.SeesAsync("Hello from the first row");

        await ben.UseToolAsync("Hello from the first row", "Reply");
        await ben.WriteAsync("And from the last, @ada");
        await ada.SeesAsync("And from the last, @ada");
        await ada.Comment("And from the last").Locator(".mention.me").WaitForAsync();
        // Its author sees it as everybody does.
        await ben.Comment("And from the last").Locator(".mention").Filter(new() { HasText = "@ada" }).WaitForAsync();
        await ada.Comment("Hello from the first row").Locator(".replies").Filter(new() { HasText = "1 reply" }).First.ClickAsync();
        await ada.Page.Locator("#thread .thread-replies .comment").Filter(new() { HasText = "And from the last" }).WaitForAsync();
        await ada.Page.Locator("#thread").GetByLabel("Back to all comments").ClickAsync();

        // The bar of what can be done with a reply does not cover what it answers.
        await ben.Comment("And from the last").HoverAsync();
        await ben.Comment("And from the last").Locator(".context").ClickAsync();
        await ben.Page.Locator("#thread .thread-replies .comment").Filter(new() { HasText = "And from the last" }).WaitForAsync();
        await ben.Page.Locator("#thread").GetByLabel("Back to all comments").ClickAsync();

        await ben.UseToolAsync("Hello from the first row", "Love");
        await ada.Comment("Hello from the first row").GetByLabel("Love, 1").First.WaitForAsync();
        await ben.Comment("Hello from the first row").Locator(".reaction[aria-pressed=true]").First.ClickAsync();
        await ada.Comment("Hello from the first row").First.Locator(".reaction").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await ada.WriteAsync("This will not stay");
        await ben.SeesAsync("This will not stay");
        await ben.UseToolAsync("This will not stay", "Delete");
        await ada.NoLongerSeesAsync("This will not stay");
        await ben.NoLongerSeesAsync("This will not stay");

        await ben.UseToolAsync("Hello from the first row", "Wow");
        await ada.Comment("Hello from the first row").GetByLabel("Wow, 1").First.WaitForAsync();
        await ada.Page.ReloadAsync();
        await ada.CaughtUpAsync();
        await ada.SeesAsync("And from the last, @ada");
        Assert.Equal(["Hello from the first row", "And from the last, @ada"], await ada.TextsAsync());
        await ada.Comment("Hello from the first row").Locator(".reaction[aria-pressed=false]").First.WaitForAsync();
        await ben.Page.ReloadAsync();
        await ben.Comment("Hello from the first row").Locator(".reaction[aria-pressed=true]").First.ClickAsync();
        await ada.Comment("Hello from the first row").First.Locator(".reaction").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        ada.AssertNoFault();
        ben.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task What_a_moderator_pins_stands_above_the_list_for_everybody_until_it_is_unpinned_or_deleted()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await server.AppointAsync(eventId, ben.UserId!.Value);
        await ada.WatchAsync("show");
        await ben.WatchAsync("show");
        await ada.WriteAsync("Read this first");
        await ben.SeesAsync("Read this first");
        Assert.False(await ada.Pinned.IsVisibleAsync());
        await ada.Comment("Read this first").HoverAsync();
        await ada.Comment("Read this first").GetByRole(AriaRole.Button, new() { Name = "Reply" }).WaitForAsync();
        Assert.Equal(0, await ada.Comment("Read this first").GetByRole(AriaRole.Button, new() { Name = "Pin" }).CountAsync());

        await ben.UseToolAsync("Read this first", "Pin");
        await ada.PinnedRow("Read this first").WaitForAsync();
        await ben.PinnedRow("Read this first").WaitForAsync();
        // Fewer than a room shows in a second: of more it may leave some out.
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), [.. Enumerable.Range(1, 150).Select(n => $"comment {n}")]);

        // Who comes when it is no longer among the newest; their reaction is counted there too.
        await using var eve = await Visitor.ComeAsync(chromium, server, "eve");
        await eve.WatchAsync("show");
        await eve.PinnedRow("Read this first").FocusAsync();
        await eve.Pinned.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Love" }).ClickAsync();
        await eve.PinnedRow("Read this first").GetByLabel("Love, 1").First.WaitForAsync();
        await ada.PinnedRow("Read this first").GetByLabel("Love, 1").First.WaitForAsync();
        await eve.Page.ReloadAsync();
        await eve.PinnedRow("Read this first").Locator(".reaction[aria-pressed=true]").WaitForAsync();

        // Folded to one line, which reactions leave alone and another comment unfolds.
        await ada.Pinned.GetByRole(AriaRole.Button, new() { Name = "Pinned" }).ClickAsync();
        await ada.PinnedRow("Read this first").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.True(await ada.Pinned.GetByText("ada: Read this first").IsVisibleAsync());
        await ben.UseToolAsync("comment 150", "Pin");
        await ada.PinnedRow("comment 150").WaitForAsync();
        Assert.Equal(1, await ada.Pinned.Locator(".comment").CountAsync());

        await ben.PinnedRow("comment 150").HoverAsync();
        await ben.Pinned.GetByRole(AriaRole.Button, new() { Name = "Unpin" }).ClickAsync();
        foreach (var visitor in new[] { ada, ben, eve })
            await visitor.Pinned.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await ben.UseToolAsync("comment 149", "Pin");
        await ada.PinnedRow("comment 149").WaitForAsync();
        await ben.UseToolAsync("comment 149", "Delete");
        await ada.Pinned.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await ada.Page.ReloadAsync();
        await ada.CaughtUpAsync();
        Assert.False(await ada.Pinned.IsVisibleAsync());
        foreach (var visitor in new[] { ada, ben, eve })
            visitor.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task In_an_open_thread_each_comment_is_a_reply_to_it()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "how it began");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.UseToolAsync("how it began", "Reply");
        await ada.WriteAsync("the first answer");
        await ada.SeesAsync("the first answer");
        await ada.Comment("how it began").Locator(".replies").First.ClickAsync();
        foreach (var text in new[] { "the second answer", "the third answer" })
        {
            await ada.WriteAsync(text);
            await ada.Page.Locator("#thread .thread-replies .comment:not(.sending)").Filter(new() { HasText = text }).WaitForAsync();
        }
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_connection_that_is_cut_comes_back_without_loss_or_doubles()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var proxy = new CuttingProxy(server.BaseAddress);
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", proxy.Address);
        await ada.WatchAsync("show");
        var author = new UserId(Guid.NewGuid());
        var expected = new List<string>();

        for (var round = 1; round <= 3; round++)
        {
            await server.PlaceCommentsAsync(eventId, author, $"before cut {round}");
            await ada.SeesAsync($"before cut {round}");
            proxy.Cut();
            // Written into the cut: sent when there is a way again, under its key.
            await ada.WriteAsync($"into cut {round}");
            await server.PlaceCommentsAsync(eventId, author, $"during cut {round} a", $"during cut {round} b");
            await ada.Page.Locator("html:not([data-connection=caught-up])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            proxy.Mend();
            await ada.SeesAsync($"into cut {round}");
            await ada.CaughtUpAsync();
        }
        expected.AddRange((await server.EntriesAsync(eventId)).OfType<CommentEntry>().Select(entry => entry.Comment.Text));
        Assert.Equal(12, expected.Count);
        await Http.EventuallyAsync(async () => (await ada.TextsAsync()).Count >= expected.Count, "everything is shown");
        Assert.Equal(expected, await ada.TextsAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_viewer_of_a_private_event_whose_token_has_ended_stays()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("secret", """{"visibility":"private"}""");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await server.AppointAsync(eventId, ada.UserId!.Value);
        await ada.WatchAsync("secret");
        server.EndStreams(ada.UserId!.Value);
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "still here?");
        await ada.SeesAsync("still here?");
        await ada.WriteAsync("of course");
        await ada.SeesAsync("of course");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Where_no_WebSocket_gets_through_server_sent_events_and_posts_do()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var proxy = new CuttingProxy(server.BaseAddress) { RefusesWebSockets = true };
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", proxy.Address);
        await ada.WatchAsync("show");
        Assert.Equal("sse", await ada.Page.Locator("html").GetAttributeAsync("data-transport"));
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "by the side door");
        await ada.SeesAsync("by the side door");
        await ada.WriteAsync("posted");
        await ada.SeesAsync("posted");
        await ada.UseToolAsync("by the side door", "Wow");
        await ada.Comment("by the side door").GetByLabel("Wow, 1").First.WaitForAsync();
        proxy.Cut();
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "during the cut");
        proxy.Mend();
        await ada.SeesAsync("during the cut");
        Assert.Equal(["by the side door", "posted", "during the cut"], await ada.TextsAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task The_page_holds_a_few_rows_of_a_busy_room_and_stays_where_somebody_reads()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:DisplayBudget=100000");
        var eventId = await server.LiveEventAsync("show");
        var author = new UserId(Guid.NewGuid());
        await server.PlaceCommentsAsync(eventId, author, [.. Enumerable.Range(1, 300).Select(n => $"comment {n:000}")]);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await ada.SeesAsync("comment 300");

        await ada.Log.HoverAsync();
        await ada.Page.Mouse.WheelAsync(0, -400);
        await ada.Page.Locator("#pill").WaitForAsync();
        var top = ada.Comment("comment 290");
        var before = (await top.BoundingBoxAsync())!.Y;
        await server.PlaceCommentsAsync(eventId, author, [.. Enumerable.Range(301, 150).Select(n => $"comment {n:000}")]);
        await ada.Page.Locator("#pill").Filter(new() { HasTextRegex = new("^150 new comments$") }).WaitForAsync();
        Assert.Equal(before, (await top.BoundingBoxAsync())!.Y, 1.0);

        // Reading on upwards reaches the first comment of all, page by page.
        await Http.EventuallyAsync(async () =>
        {
            await ada.Page.Mouse.WheelAsync(0, -3000);
            return await ada.Comment("comment 001").CountAsync() > 0;
        }, "the first comment is shown");
        var texts = await ada.TextsAsync();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
        Assert.Equal(texts.Count, texts.Distinct().Count());

        await ada.Page.Locator("#pill").ClickAsync();
        await ada.SeesAsync("comment 450");
        for (var from = 451; from < 1_251; from += 100)
            await server.PlaceCommentsAsync(eventId, author, [.. Enumerable.Range(from, 100).Select(n => $"comment {n:0000}")]);
        await ada.SeesAsync("comment 1250");
        Assert.InRange(await ada.Log.Locator(".comment").CountAsync(), 50, 150);
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_page_of_comments_that_comes_when_the_newest_are_shown_again_leaves_no_hole()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), [.. Enumerable.Range(1, 700).Select(n => $"comment {n:000}")]);
        // The page holds 500 rows: from the first on the newest are not among them.
        foreach (var (direction, way, from) in new[] { ("before", -3000, "comment 300"), ("after", 3000, "comment 001") })
        {
            await using var ada = await Visitor.ComeAsync(chromium, server);
            await ada.WatchAsync("show");
            await ada.SeesAsync("comment 700");
            await ada.Log.HoverAsync();
            await WheelAsync(ada, -3000, async () => await ada.Comment(from).CountAsync() > 0);
            var asked = new TaskCompletionSource();
            var comes = new TaskCompletionSource();
            await ada.Page.RouteAsync($"**/live/show/comments?*{direction}=*", async route =>
            {
                asked.TrySetResult();
                await comes.Task;
                await route.ContinueAsync();
            });
            await WheelAsync(ada, way, () => Task.FromResult(asked.Task.IsCompleted));
            await ada.Page.Locator("#pill").ClickAsync();
            await ada.SeesAsync("comment 700");
            comes.SetResult();
            await ada.Log.HoverAsync();
            await WheelAsync(ada, -3000, async () => await ada.Comment("comment 400").CountAsync() > 0);
            var shown = (await ada.TextsAsync()).Select(text => int.Parse(text[8..], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(Enumerable.Range(shown[0], shown.Count), shown);
            ada.AssertNoFault();
        }

        static Task WheelAsync(Visitor visitor, float way, Func<Task<bool>> there) => Http.EventuallyAsync(async () =>
        {
            await visitor.Page.Mouse.WheelAsync(0, way);
            return await there();
        }, "the list scrolls there");
    }

    [RequiresFact(Chromium.Program)]
    public async Task The_focus_stays_in_the_list_when_the_row_that_has_it_goes()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), [.. Enumerable.Range(1, 60).Select(n => $"comment {n:00}")]);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await ada.SeesAsync("comment 60");
        await ada.Log.FocusAsync();
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        Assert.Contains("comment 59", await ada.Page.Locator(":focus").TextContentAsync(), StringComparison.Ordinal);
        await ada.Page.Keyboard.PressAsync("End");
        await ada.Page.Locator("#log:focus").WaitForAsync();
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        Assert.Contains("comment 60", await ada.Page.Locator(":focus").TextContentAsync(), StringComparison.Ordinal);
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task With_the_keyboard_alone_somebody_signs_up_writes_mentions_walks_and_reacts()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "the oldest", "the latest");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        var keyboard = ada.Page.Keyboard;

        await ada.TabToAsync("Sign up");
        await keyboard.PressAsync("Enter");
        await keyboard.TypeAsync("ada");
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync("ada@example.org");
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync("correct horse battery");
        await keyboard.PressAsync("Enter");
        await ada.Composer.WaitForAsync();
        // The composer is there a moment before the dialog has gone and given the focus back.
        await ada.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await ada.TabToAsync("Write a comment");
        await keyboard.TypeAsync("well said @wri");
        await ada.Page.GetByRole(AriaRole.Option).First.WaitForAsync();
        await keyboard.PressAsync("Enter");
        await keyboard.TypeAsync("and all");
        await keyboard.PressAsync("Enter");
        await ada.SeesAsync("well said @writer and all");

        await ada.TabToAsync("Comments", backwards: true);
        await keyboard.PressAsync("ArrowUp");
        await keyboard.PressAsync("ArrowUp");
        await ada.TabToAsync("Haha");
        await keyboard.PressAsync("Enter");
        await ada.Comment("the latest").GetByLabel("Haha, 1").WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Slow_mode_counts_down_at_the_composer()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true");
        await server.LiveEventAsync("show", """{"slowModeSeconds":60}""");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.WriteAsync("the first");
        await ada.SeesAsync("the first");
        await ada.Page.GetByText("Slow mode is on. You can write again in").WaitForAsync();
        await ada.Composer.FillAsync("the second");
        Assert.True(await ada.Page.Locator(".send").IsDisabledAsync());
        // Another page of the same person does not know; the server says it, and the comment waits to be sent again.
        await ada.Page.ReloadAsync();
        await ada.CaughtUpAsync();
        await ada.Page.Locator(".account-button").WaitForAsync();
        await ada.WriteAsync("the second");
        await ada.Comment("the second").GetByText("Not sent").WaitForAsync();
        await ada.Page.GetByText("Slow mode is on. You can write again in").WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task The_field_says_what_may_be_written_for_now()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.Page.GetByPlaceholder("Say something").WaitForAsync();
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", "/live/show/moderation/modes", """{"emojiOnly":true,"minimumAccountAgeMinutes":1440}""");
        await ada.Page.GetByPlaceholder("For now: emoji only, accounts of at least 1 day").WaitForAsync();
        await ada.WriteAsync("words");
        await ada.Comment("words").GetByText("Not sent").WaitForAsync();
        await administrator.CallAsync("PATCH", "/live/show/moderation/modes", """{"emojiOnly":false,"minimumAccountAgeMinutes":null}""");
        await ada.Page.GetByPlaceholder("Say something").WaitForAsync();
        await ada.WriteAsync("more words");
        await ada.SeesAsync("more words");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_video_says_when_its_event_begins_until_it_does()
    {
        await using var server = await TestServer.StartAsync();
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("POST", "/events", $$"""{"videoID":"show","title":"A show","eventType":"news","startTime":"{{DateTimeOffset.UtcNow.AddHours(2):O}}","settings":{"videoUrl":"https://youtu.be/jNQXAC9IVRw"} }""", System.Net.HttpStatusCode.Created);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.RouteAsync("https://www.youtube-nocookie.com/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "the player" }));
        await ada.WatchAsync("show");
        var ahead = ada.Page.Locator(".video-ahead");
        await ahead.Filter(new() { HasTextRegex = new("^Begins .*, in 1:59:[0-9]{2}$") }).WaitForAsync();
        await ada.Page.FrameLocator(".video iframe").GetByText("the player").WaitForAsync();
        await administrator.CallAsync("POST", "/events/show/start");
        await ahead.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task An_event_that_begins_and_ends_changes_what_the_page_offers()
    {
        await using var server = await TestServer.StartAsync();
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("POST", "/events", $$"""{"videoID":"show","title":"A show","eventType":"news","startTime":"{{DateTimeOffset.UtcNow.AddHours(2):O}}"}""", System.Net.HttpStatusCode.Created);
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.Page.GetByText("Comments open when the broadcast begins").WaitForAsync();
        await ada.Page.GetByText("1:59:").WaitForAsync();
        await administrator.CallAsync("POST", "/events/show/start");
        await ada.Page.Locator(".badge.on-air").WaitForAsync();
        // It goes on from when it went live, not from the plan, whether somebody saw that or came later.
        var clock = ada.Page.Locator(".clock-time");
        await clock.Filter(new() { HasTextRegex = new("^(?!0:00)[0-9]:[0-9]{2}$") }).WaitForAsync();
        await ada.Page.ReloadAsync();
        await clock.Filter(new() { HasTextRegex = new("^(?!0:00)[0-9]:[0-9]{2}$") }).WaitForAsync();
        await ada.CaughtUpAsync();
        await ada.WriteAsync("it begins");
        await ada.SeesAsync("it begins");
        await administrator.CallAsync("POST", "/events/show/end");
        await ada.Page.GetByText("Comments are closed").WaitForAsync();
        await ada.Page.GetByText("The broadcast has ended", new() { Exact = true }).WaitForAsync();
        await clock.Filter(new() { HasTextRegex = new("^[0-9]:[0-5][0-9]$") }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task The_chat_shows_in_a_frame_of_an_origin_of_the_option_and_of_no_other()
    {
        // Names that every browser takes for this machine: two sites beside the server's own.
        var framed = "";
        await using var site = await EdgeServer.StartAsync(app => app.MapGet("/", () => Results.Content($"<iframe src='{framed}' width=400 height=500></iframe>", "text/html")));
        var port = site.BaseAddress.Port;
        await using var server = await TestServer.StartAsync(null, $"--LiveComments:Pages:EmbedOrigins:0=http://friend.localhost:{port}");
        framed = $"{server.BaseAddress}live/show?embed=chat";
        var eventId = await server.LiveEventAsync("show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "in a frame");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync($"http://friend.localhost:{port}/");
        var frame = ada.Page.FrameLocator("iframe");
        await frame.Locator(".comment").Filter(new() { HasText = "in a frame" }).WaitForAsync();
        Assert.Equal("rgba(0, 0, 0, 0)", await frame.Locator("body").EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor"));
        Assert.False(await frame.Locator(".watch").IsVisibleAsync());
        ada.AssertNoFault();

        var refused = ada.Page.WaitForConsoleMessageAsync(new() { Predicate = message => message.Text.Contains("frame-ancestors", StringComparison.Ordinal) });
        await ada.Page.GotoAsync($"http://stranger.localhost:{port}/");
        await refused;
    }

    [RequiresFact(Chromium.Program)]
    public async Task The_list_of_events_leads_to_their_pages()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync("/");
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "A show" }).ClickAsync();
        await ada.CaughtUpAsync();
        Assert.Equal("A show", await ada.Page.TitleAsync());
        ada.AssertNoFault();
    }
}
