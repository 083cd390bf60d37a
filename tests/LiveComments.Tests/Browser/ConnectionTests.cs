using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>How a page gets its stream, keeps it, and comes back to it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ConnectionTests(Chromium chromium)
{
    /// <summary>A browser without a screen shows all its tabs, so the page is told whether it is seen: <c>seen(false)</c> hides it.</summary>
    private const string Seen = """
        let state = location.hash === '#background' ? 'hidden' : 'visible';
        Object.defineProperty(document, 'visibilityState', { get: () => state });
        Object.defineProperty(document, 'hidden', { get: () => state === 'hidden' });
        window.seen = is => {
            state = is ? 'visible' : 'hidden';
            document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        };
        """;

    [RequiresFact(Chromium.Program)]
    public async Task A_log_in_of_which_the_answer_is_lost_takes_the_chat_from_no_tab()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        // The answer to the first is lost, and the second tab waits for its turn meanwhile.
        var asked = 0;
        await ada.Context.RouteAsync("**/auth/refresh", route => Interlocked.Increment(ref asked) == 1 ? Task.CompletedTask : route.ContinueAsync());
        var sockets = 0;
        ada.Page.WebSocket += (_, _) => sockets++;
        await ada.Page.GotoAsync("/live/show");
        await ada.CaughtUpAsync();
        var second = await ada.Context.NewPageAsync();
        await second.GotoAsync("/live/show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "for everybody");
        await ada.SeesAsync("for everybody");
        await second.Locator("#log .text").Filter(new() { HasText = "for everybody" }).WaitForAsync(new() { Timeout = 60_000 });
        // Nobody is asked to log in who may be logged in.
        Assert.Equal(0, await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).CountAsync());

        foreach (var page in new[] { ada.Page, second })
            await page.Locator(".account-button").WaitForAsync(new() { Timeout = 60_000 });
        await ada.WriteAsync("here I am");
        await ada.SeesAsync("here I am");
        Assert.Equal(["for everybody", "here I am"], await ada.TextsAsync());
        Assert.Equal(1, sockets);
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_viewer_of_a_private_event_is_not_asked_to_log_in_before_it_is_known_who_they_are()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("secret", """{"visibility":"private"}""");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await server.AppointAsync(eventId, ada.UserId!.Value);
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/auth/refresh", async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        ada.Page.Response += (_, response) =>
        {
            if (response.Status == 404 && response.Url.EndsWith("/events/secret", StringComparison.Ordinal))
                asked.TrySetResult();
        };
        await ada.Page.GotoAsync("/live/secret");
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await ada.Page.EvaluateAsync("new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))");
        Assert.Equal(0, await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).CountAsync());
        answer.SetResult();
        await ada.CaughtUpAsync();
        Assert.Equal("A show", await ada.Page.TitleAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Whoever_comes_back_to_a_page_whose_way_is_dead_sees_what_there_is_without_waiting_for_the_silence_to_be_noticed()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var proxy = new CuttingProxy(server.BaseAddress);
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", proxy.Address);
        await ada.Page.Clock.InstallAsync();
        await ada.WatchAsync("show");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "while the way was good");
        await ada.SeesAsync("while the way was good");
        await ada.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddSeconds(10));
        proxy.Deaden();
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "while it was dead");
        await ada.Page.EvaluateAsync("dispatchEvent(new Event('focus'))");
        await ada.Page.Clock.RunForAsync(3_600);
        // By itself a page notices after 30 s of its time.
        for (var i = 0; i < 100 && await ada.Comment("while it was dead").CountAsync() == 0; i++)
        {
            await Task.Delay(50);
            await ada.Page.Clock.RunForAsync(100);
        }
        Assert.Equal(["while the way was good", "while it was dead"], await ada.TextsAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Any_number_of_tabs_work_where_no_WebSocket_gets_through_and_each_is_complete_when_it_is_shown()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var proxy = new CuttingProxy(server.BaseAddress) { RefusesWebSockets = true };
        await using var ada = await Visitor.ComeAsync(chromium, server, address: proxy.Address);
        await ada.Context.AddInitScriptAsync(Seen);
        var tabs = new List<IPage>();
        async Task<IPage> OpenAsync(string path)
        {
            var tab = await ada.Context.NewPageAsync();
            tab.SetDefaultTimeout(60_000);
            await tab.GotoAsync(path);
            return tab;
        }
        // Chromium has six connections to a server. One tab after the other is opened and left behind; then some that nobody has looked at yet.
        for (var i = 0; i < 8; i++)
        {
            tabs.Add(await OpenAsync("/live/show"));
            await tabs[i].Locator("html[data-connection=caught-up][data-transport=sse]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await tabs[i].EvaluateAsync("seen(false)");
        }
        for (var i = 0; i < 4; i++)
            tabs.Add(await OpenAsync("/live/show#background"));
        foreach (var tab in tabs)
            await tab.Locator("html[data-connection=paused]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "first", "second");
        foreach (var tab in tabs)
        {
            await tab.EvaluateAsync("seen(true)");
            await tab.Locator("html[data-connection=caught-up]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await tab.Locator("#log .text").Filter(new() { HasText = "second" }).WaitForAsync();
            Assert.Equal(["first", "second"], await tab.Locator("#log .text").AllTextContentsAsync());
            await tab.EvaluateAsync("seen(false)");
        }
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_broadcasting_program_s_source_goes_on_whether_it_is_seen_or_not()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var proxy = new CuttingProxy(server.BaseAddress) { RefusesWebSockets = true };
        await using var ada = await Visitor.ComeAsync(chromium, server, address: proxy.Address);
        await ada.Context.AddInitScriptAsync(Seen);
        var sources = new List<IPage>();
        foreach (var query in new[] { "?embed=overlay", "?embed=chat", "" })
        {
            var source = await ada.Context.NewPageAsync();
            source.SetDefaultTimeout(60_000);
            await source.GotoAsync("/live/show" + query);
            await source.Locator("html[data-connection=caught-up][data-transport=sse]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await source.EvaluateAsync("seen(false)");
            sources.Add(source);
        }
        // Hidden last, the page is the last to let go.
        await sources[2].Locator("html[data-connection=paused]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "on air");
        foreach (var source in sources[..2])
            await source.Locator("#log .text").Filter(new() { HasText = "on air" }).WaitForAsync();
        Assert.Equal(0, await sources[2].Locator("#log .text").CountAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Over_the_server_s_own_TLS_a_page_gets_its_WebSocket_also_without_compression()
    {
        await using var server = await TestServer.StartWithTlsAsync("--LiveComments:Stream:Compression=false");
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", options: new BrowserNewContextOptions { IgnoreHTTPSErrors = true });
        await ada.WatchAsync("show");
        Assert.Equal("h2", await ada.Page.EvaluateAsync<string>("performance.getEntriesByType('navigation')[0].nextHopProtocol"));
        Assert.Equal("websocket", await ada.Page.Locator("html").GetAttributeAsync("data-transport"));
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "over TLS");
        await ada.SeesAsync("over TLS");
        ada.AssertNoFault();
    }
}
