using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(StaffBrowserCollection.Name)]
public sealed class VideoPageTests(Chromium chromium)
{
    private const string Plays = "() => document.querySelector('.player video')?.currentTime > 0.5";

    [RequiresFact(Chromium.Program)]
    public async Task A_stream_plays_by_a_library_that_no_other_page_loads_and_goes_on_where_its_times_begin_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("stream", """{"videoUrl":"/demo/live.m3u8"}""");
        await server.LiveEventAsync("clock");
        await using var anna = await Visitor.ComeAsync(chromium, server);
        var page = anna.Page;
        var libraries = 0;
        page.Request += (_, request) => libraries += request.Url.EndsWith("/hls/hls.js", StringComparison.Ordinal) ? 1 : 0;
        await page.GotoAsync("/live/clock");
        await page.Locator(".clock").WaitForAsync();
        Assert.Equal(0, libraries);
        await page.GotoAsync("/live/stream");
        await page.WaitForFunctionAsync(Plays);
        Assert.Equal(1, libraries);
        Assert.False(await page.Locator(".player .player-notice").IsVisibleAsync());
        // No error, and nothing that the policy refused.
        anna.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_stream_that_has_not_begun_says_so_and_plays_once_it_has()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("stream", """{"videoUrl":"/demo/live.m3u8"}""");
        await using var anna = await Visitor.ComeAsync(chromium, server);
        var page = anna.Page;
        await page.RouteAsync("**/live.m3u8", route => route.FulfillAsync(new() { Status = 404 }));
        await page.GotoAsync("/live/stream");
        await page.GetByText("The video has not begun yet. It is tried again in a few seconds.").WaitForAsync();
        await page.UnrouteAsync("**/live.m3u8");
        await page.WaitForFunctionAsync(Plays);
        await page.Locator(".player .player-notice").WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        // Another video takes its place, and what played before asks for nothing any more.
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", "/events/stream", """{"settings":{"videoUrl":"/no-such-film.mp4"}}""");
        await page.GetByText("This browser cannot play the video").WaitForAsync();
        anna.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task An_address_of_a_stream_is_played_in_the_form()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var nadia = await server.AdministratorAsync(chromium);
        var page = nadia.Page;
        await page.GotoAsync("/admin#/show");
        await page.GetByLabel("Video address").FillAsync("/demo/live.m3u8");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await page.WaitForFunctionAsync(Plays);
        await page.GetByLabel("Video address").FillAsync("/demo/other.m3u8");
        Assert.Equal(0, await page.Locator(".player").CountAsync());
        nadia.AssertNoFault();
    }
}
