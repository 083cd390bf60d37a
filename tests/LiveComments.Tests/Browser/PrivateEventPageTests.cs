using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The page of an event that its visitor may not see yet, or never.</summary>
public sealed class PrivateEventPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Private = """{"visibility":"private","videoUrl":"https://video.example/show.mp4"}""";

    [RequiresFact(Chromium.Program)]
    public async Task Whoever_logs_in_and_is_on_the_list_sees_the_event_and_its_video_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("secret", Private);
        Assert.True(UserId.TryParse((await server.RegisterAsync("ada")).Text("userID"), out var user));
        await server.AppointAsync(eventId, user);
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "among us");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.RouteAsync("https://video.example/**", route => route.FulfillAsync(new() { Status = 200, ContentType = "video/mp4", Body = "" }));
        await ada.Page.GotoAsync("/live/secret");
        await SaysThatThereIsNoneAsync(ada);
        await LogInAsync(ada, "ada");
        await ada.SeesAsync("among us");
        await ada.CaughtUpAsync();
        Assert.Equal("websocket", await ada.Page.Locator("html").GetAttributeAsync("data-transport"));
        await ada.Page.GetByRole(AriaRole.Heading, new() { Name = "A show" }).WaitForAsync();
        await ada.Page.Locator("#video video").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await ada.WriteAsync("so it is");
        await ada.SeesAsync("so it is");

        // The next visit needs no log-in.
        await ada.WatchAsync("secret");
        await ada.SeesAsync("so it is");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Everybody_else_sees_the_same_as_where_there_is_no_event()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("secret", Private);
        await server.RegisterAsync("ben");
        await using var ben = await Visitor.ComeAsync(chromium, server);
        var shown = new List<string>();
        foreach (var videoId in new[] { "secret", "nothing-here" })
        {
            await ben.Page.GotoAsync($"/live/{videoId}");
            await SaysThatThereIsNoneAsync(ben);
            shown.Add(await ben.Page.Locator("body").InnerTextAsync());
        }
        await LogInAsync(ben, "ben");
        foreach (var videoId in new[] { "secret", "nothing-here" })
        {
            await ben.Page.GotoAsync($"/live/{videoId}");
            await ben.Page.GetByText("If the event is private, you are not on its list.").WaitForAsync();
            shown.Add(await ben.Page.Locator("body").InnerTextAsync());
        }
        Assert.Equal(shown[0], shown[1]);
        Assert.Equal(shown[2], shown[3]);
        ben.AssertNoFault();
    }

    private static async Task SaysThatThereIsNoneAsync(Visitor visitor)
    {
        await visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such event" }).WaitForAsync();
        await visitor.Page.GetByText("If the event is private, log in to see it.").WaitForAsync();
    }

    private static async Task LogInAsync(Visitor visitor, string name)
    {
        await visitor.Page.Locator("#status").GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await visitor.Page.GetByLabel("Name").FillAsync(name);
        await visitor.Page.GetByLabel("Password").FillAsync(AccountClient.Password);
        await visitor.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await visitor.Page.Locator(".account-button").WaitForAsync();
    }
}
