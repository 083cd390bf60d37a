using System.Net;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class EventsPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task News_of_the_events_come_by_themselves_and_leave_the_keyboard_where_it_is()
    {
        await using var server = await TestServer.StartAsync();
        using var administrator = server.As(Role.Administrator);
        await PlanAsync("first", 3);
        await PlanAsync("second", 2);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.Clock.InstallAsync();
        await ada.Page.GotoAsync("/");
        await ada.Page.Locator(".card").Nth(1).FocusAsync();
        Assert.Equal(["second", "first"], await ada.Page.Locator(".card h3").AllTextContentsAsync());

        await administrator.CallAsync("PATCH", "/events/first", """{"title":"The first"}""");
        await PlanAsync("third", 1);
        await ada.Page.Clock.FastForwardAsync(31_000);
        await ada.Page.Locator(".card").Nth(2).WaitForAsync();

        Assert.Equal(["third", "second", "The first"], await ada.Page.Locator(".card h3").AllTextContentsAsync());
        Assert.EndsWith("/live/first", await ada.Page.EvaluateAsync<string>("document.activeElement.href"), StringComparison.Ordinal);

        await administrator.CallAsync("POST", "/events/second/start");
        (await administrator.DeleteAsync("/events/third")).Dispose();
        await ada.Page.Clock.FastForwardAsync(31_000);
        await ada.Page.Locator(".card.live").WaitForAsync();
        Assert.Equal("One event is live", await ada.Page.Locator("h1").TextContentAsync());
        Assert.Equal(["second", "The first"], await ada.Page.Locator(".card h3").AllTextContentsAsync());
        ada.AssertNoFault();

        // It counts from when it went live, which was two hours before the plan.
        await ada.Page.Clock.FastForwardAsync(31_000);
        var since = await ada.Page.Locator(".card.live .since").TextContentAsync();
        Assert.Matches("^[0-9]:[0-9]{2}$", since);
        Assert.NotEqual("0:00", since);
        await administrator.CallAsync("POST", "/events/second/end");
        await ada.Page.ReloadAsync();
        var over = ada.Page.Locator(".line time");
        await over.WaitForAsync();
        Assert.Equal((await administrator.CallAsync("GET", "/events/second")).Text("startedAt"), await over.GetAttributeAsync("datetime"));

        Task PlanAsync(string name, int hours) => administrator.CallAsync(
            "POST", "/events", $$"""{"videoID":"{{name}}","title":"{{name}}","eventType":"news","startTime":"{{DateTimeOffset.UtcNow.AddHours(hours):O}}"}""", HttpStatusCode.Created);
    }
}
