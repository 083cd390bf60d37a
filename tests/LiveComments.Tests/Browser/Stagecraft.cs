using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Tests.EndToEnd;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>What tests of the pages set up.</summary>
internal static class Stagecraft
{
    /// <summary>A live event called "A show"; its id.</summary>
    public static async Task<string> LiveEventAsync(this TestServer server, string videoId, string settings = "{}")
    {
        using var administrator = server.As(Role.Administrator);
        return await administrator.GoLiveAsync(
            $$"""{"videoID":"{{videoId}}","title":"A show","eventType":"news","startTime":"{{DateTimeOffset.UtcNow.AddMinutes(-5):O}}","settings":{{settings}}}""", videoId);
    }

    public static async Task AppointAsync(this TestServer server, string eventId, UserId user)
    {
        using var administrator = server.As(Role.Administrator);
        await administrator.PrepareAsync("PUT", $"/events/{eventId}/participants/{user}", """{"role":"moderator"}""");
    }

    /// <summary>Ends somebody's streams as the end of their token does where the event is private.</summary>
    public static void EndStreams(this TestServer server, UserId user)
    {
        foreach (var connection in server.Services.GetRequiredService<EventFeeds>().FanOut.Connections.All)
            if (connection.Caller?.UserId == user)
                connection.Close(CloseCode.Unauthorized, Error.TokenExpired.Code);
    }

    /// <summary>Somebody who is logged in as administrator.</summary>
    public static async Task<Visitor> AdministratorAsync(this TestServer server, Chromium chromium, BrowserNewContextOptions? options = null, string name = "nadia")
    {
        var visitor = await Visitor.ComeAsync(chromium, server, name, options: options);
        await server.MakeAdministratorAsync(visitor);
        return visitor;
    }

    public static async Task MakeAdministratorAsync(this TestServer server, Visitor visitor)
    {
        var accounts = server.Services.GetRequiredService<IAccountStore>();
        var account = (await accounts.FindAsync(visitor.UserId!.Value, default))!;
        Assert.True(await accounts.ReplaceAsync(account with { Role = Role.Administrator }, default));
    }

    /// <summary>Presses Tab until something of this accessible name has the focus.</summary>
    public static async Task TabToAsync(this Visitor visitor, string name, bool backwards = false)
    {
        for (var i = 0; i < 60; i++)
        {
            await visitor.Page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
            var focused = await visitor.Page.EvaluateAsync<string?>("document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent");
            if (focused == name)
                return;
        }
        Assert.Fail($"Tab does not reach '{name}'.");
    }
}
