using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>How a page gets its stream, keeps it, and comes back to it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ConnectionTests(Chromium chromium)
{
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
