using System.Text.RegularExpressions;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>What the page says where there is no room, or more than anybody reads.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class CrowdedPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Who_finds_an_event_full_reads_what_there_is_and_gets_the_next_free_place()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show", """{"maxParticipants":1}""");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "said before");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await using var bob = await Visitor.ComeAsync(chromium, server);
        await bob.Page.GotoAsync("/live/show");
        await Status(bob, "The event is full. You get the next free place. Trying again in").WaitForAsync();
        await bob.SeesAsync("said before");
        await ada.DisposeAsync();
        await bob.CaughtUpAsync();
        await Status(bob, "full").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "said now");
        await bob.SeesAsync("said now");
        bob.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Who_finds_the_server_busy_is_told_so_and_comes_back()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Stream:MaxConnections=1");
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await using var bob = await Visitor.ComeAsync(chromium, server);
        await bob.Page.GotoAsync("/live/show");
        await Status(bob, "The server is busy. Trying again in").WaitForAsync();
        await ada.DisposeAsync();
        await bob.CaughtUpAsync();
        bob.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_room_that_is_too_fast_to_read_says_what_it_leaves_out_and_offers_all()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:DisplayBudget=2");
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await using var flood = new Flood(server, eventId);
        var notice = ada.Page.Locator("#notice");
        await notice.Filter(new() { HasTextRegex = Sampled() }).WaitForAsync();
        var (shown, all) = await RatesAsync(notice);
        Assert.True(shown < all, $"Showing {shown} of {all}");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await notice.Filter(new() { HasTextRegex = Everything() }).WaitForAsync();
        await flood.DisposeAsync();
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 60).Select(i => $"every one {i:D2}")]);
        await ada.SeesAsync("every one 59");
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"every one {i:D2}"), (await ada.TextsAsync()).Where(text => text.StartsWith("every one", StringComparison.Ordinal)));
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_room_that_stays_busy_is_paced_for_reading_except_for_what_is_for_me()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await using var flood = new Flood(server, eventId, 8);
        var notice = ada.Page.Locator("#notice");
        await notice.Filter(new() { HasTextRegex = Sampled() }).WaitForAsync();
        var (shown, all) = await RatesAsync(notice);
        Assert.True(shown < all, $"Showing {shown} of {all}");
        await ada.WriteAsync("by Ada");
        using var ben = server.As(LiveComments.Accounts.Role.Viewer);
        await ben.CommentAsync(eventId, "to you, @ada");
        using var moderator = server.As(LiveComments.Accounts.Role.Moderator);
        await moderator.CommentAsync(eventId, "by a moderator");
        var answered = (await server.Anonymous.CommentsAsync(eventId, "?limit=200")).First(comment => comment.Text("commentText") == "by Ada").Text("commentID");
        await ben.CommentAsync(eventId, "an answer to Ada", replyTo: answered);
        foreach (var text in (string[])["by Ada", "to you, @ada", "by a moderator", "an answer to Ada"])
            await ada.SeesAsync(text);

        await notice.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await notice.Filter(new() { HasTextRegex = Everything() }).WaitForAsync();
        await ada.Page.ReloadAsync();
        await ada.CaughtUpAsync();
        await notice.Filter(new() { HasTextRegex = Everything() }).WaitForAsync();
        await notice.GetByRole(AriaRole.Button, new() { Name = "Show fewer" }).ClickAsync();
        await notice.Filter(new() { HasTextRegex = Sampled() }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Where_the_operator_shows_samples_only_the_page_says_so_and_goes_on()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:DisplayBudget=2", "--LiveComments:Feeds:AllowUnsampled=false");
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await using var flood = new Flood(server, eventId);
        var notice = ada.Page.Locator("#notice");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await notice.GetByText("This server shows busy events as a sample only.").WaitForAsync();
        await ada.CaughtUpAsync();
        await notice.Filter(new() { HasTextRegex = Sampled() }).WaitForAsync();
        ada.AssertNoFault();
    }

    private static ILocator Status(Visitor visitor, string text) => visitor.Page.Locator("#status").GetByText(text);

    private static async Task<(int Shown, int All)> RatesAsync(ILocator notice)
    {
        var match = Sampled().Match((await notice.TextContentAsync())!);
        return (int.Parse(match.Groups[1].Value), int.Parse(match.Groups[2].Value));
    }

    [GeneratedRegex(@"Showing (\d+) of (\d+) comments per second")]
    private static partial Regex Sampled();

    [GeneratedRegex(@"Showing all \d+ comments per second")]
    private static partial Regex Everything();

    /// <summary>Many comments a second, until it is disposed of.</summary>
    private sealed class Flood : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private readonly Task _running;

        /// <param name="each">Comments in a tenth of a second.</param>
        public Flood(TestServer server, string eventId, int each = 50) => _running = RunAsync(server, eventId, each);

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _running;
        }

        private async Task RunAsync(TestServer server, string eventId, int each)
        {
            var author = new UserId(Guid.NewGuid());
            while (!_over.IsCancellationRequested)
            {
                await server.PlaceCommentsAsync(eventId, author, [.. Enumerable.Range(0, each).Select(i => $"one of many {i}")]);
                await Task.Delay(100);
            }
        }
    }
}
