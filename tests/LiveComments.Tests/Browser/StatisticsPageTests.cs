using LiveComments.Accounts;
using LiveComments.Analytics;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The pages that show events in numbers.</summary>
[Collection(StaffBrowserCollection.Name)]
public sealed class StatisticsPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_moderator_sees_how_an_event_goes_and_how_it_went_with_its_moments_in_the_replay()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var mia = await Visitor.ComeAsync(chromium, server, "mia");
        await server.AppointAsync(eventId, mia.UserId!.Value);
        var page = mia.Page;
        using var administrator = server.As(Role.Administrator);
        await administrator.CommentAsync(eventId, "counted");

        await page.GotoAsync("/stats/show");
        await Figure(page, "Comments", "1").WaitForAsync();
        await Figure(page, "People who wrote", "1").WaitForAsync();
        await page.Locator(".badge.on-air").WaitForAsync();
        await page.Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator(".readout").GetByText("comments").WaitForAsync();

        // Many more comments at once than before are a moment.
        var liveEvent = (await server.Services.GetRequiredService<IEventCatalog>().FindByVideoIdAsync("show", default))!;
        var start = liveEvent.StartedAt!.Value;
        await server.Services.GetRequiredService<IAnalyticsStore>().AddAsync(new AnalyticsBatch(Guid.NewGuid(), [new AnalyticsRow(liveEvent.Id, start, AnalyticsAction.Comment) { Count = 40 }], []), default);
        await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", "/live/show/stats")).GetProperty("activity").GetProperty("comments").GetArrayLength() > 30, "the event is long enough to compare");
        await administrator.CallAsync("POST", "/events/show/end");
        await page.GotoAsync("/stats/show");
        await page.Locator(".summary").GetByText("wrote 41 comments").WaitForAsync();
        var moment = page.Locator(".moments a").First;
        await moment.WaitForAsync();
        await moment.ClickAsync();
        await page.WaitForURLAsync("**/live/show#t=*");
        await page.Locator(".replay").WaitForAsync();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task All_events_are_compared_and_lead_to_their_own_pages()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/stats");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comments" }).ClickAsync();
        await page.Locator("th[aria-sort=descending]").GetByText("Comments").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "A show" }).ClickAsync();
        await page.Locator(".event-board h1").GetByText("A show").WaitForAsync();
        nadia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Whoever_may_not_see_them_is_told_so()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var stranger = await Visitor.ComeAsync(chromium, server);
        await stranger.Page.GotoAsync("/stats/show");
        await stranger.Page.GetByRole(AriaRole.Heading, new() { Name = "Log in to see statistics" }).WaitForAsync();
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await ben.Page.GotoAsync("/stats/show");
        await ben.Page.GetByRole(AriaRole.Heading, new() { Name = "These statistics are not for you" }).WaitForAsync();
        await ben.Page.GotoAsync("/stats/nothing");
        await ben.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such event" }).WaitForAsync();
        await ben.Page.GotoAsync("/stats");
        await ben.Page.GetByText("You moderate no event and made none.").WaitForAsync();
        ben.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_summary_is_shared_with_strangers_and_taken_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        using var administrator = server.As(Role.Administrator);
        await administrator.CommentAsync("show", "counted");
        await administrator.CallAsync("POST", "/events/show/end");
        await using var nadia = await server.AdministratorAsync(chromium);
        await using var stranger = await Visitor.ComeAsync(chromium, server);
        await nadia.Page.GotoAsync("/stats/show");
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Share this summary" }).ClickAsync();
        await nadia.Page.GetByText("Everybody who may see the event can see this summary").WaitForAsync();
        await stranger.Page.GotoAsync("/stats/show");
        await stranger.Page.Locator(".summary").GetByText("wrote 1 comment").WaitForAsync();
        Assert.False(await stranger.Page.GetByRole(AriaRole.Heading, new() { Name = "Refused" }).IsVisibleAsync());
        Assert.False(await stranger.Page.GetByRole(AriaRole.Link, new() { Name = "Moderate" }).IsVisibleAsync());
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Stop sharing" }).ClickAsync();
        await nadia.Page.GetByRole(AriaRole.Button, new() { Name = "Share this summary" }).WaitForAsync();
        await stranger.Page.ReloadAsync();
        await stranger.Page.GetByRole(AriaRole.Heading, new() { Name = "Log in to see statistics" }).WaitForAsync();
        nadia.AssertNoFault();
        stranger.AssertNoFault();
    }

    private static ILocator Figure(IPage page, string title, string value) =>
        page.Locator(".figure").Filter(new() { Has = page.GetByText(title, new() { Exact = true }) }).Locator(".figure-value").GetByText(value, new() { Exact = true });
}
