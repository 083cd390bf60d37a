using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Browser;

/// <summary>
/// A hostile page on another port of the same host, opened by somebody who is logged in here. Cookies do not know ports, so the browser sends them; only the server's own checks hold.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class ForeignPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_page_of_another_origin_does_and_reads_nothing_for_a_visitor_who_is_logged_in()
    {
        await using var site = await EdgeServer.StartAsync(app => app.MapGet("/", () => Results.Content("<!doctype html><title>Win a prize</title>", "text/html")));
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        var token = server.Token(Role.Viewer, ada.UserId);
        await ada.Page.GotoAsync(site.BaseAddress.ToString());

        // Calls with the visitor's cookies, plain forms that need no permission, and one with a stolen token.
        foreach (var (path, method, type, body) in new[]
        {
            ("auth/refresh", "POST", "text/plain", "{}"), ("auth/logout", "POST", "text/plain", ""), ("live/show/comments", "POST", "text/plain", """{"commentText":"buy now"}"""),
            ("auth/login", "POST", "application/x-www-form-urlencoded", "username=mallory&password=correct+horse+battery"),
        })
            Assert.Equal("opaque", await ada.Page.EvaluateAsync<string>(
                "([url, method, type, body]) => fetch(url, { method, body, mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': type } }).then(answer => answer.type)",
                new[] { server.BaseAddress + path, method, type, body }));
        Assert.Equal("TypeError", await ada.Page.EvaluateAsync<string>("""
            ([url, token]) => fetch(url, { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + token, 'X-Requested-With': 'LiveComments' }, body: '{"commentText":"buy now"}' })
                .then(answer => answer.type, error => error.name)
            """, new[] { $"{server.BaseAddress}live/show/comments", token }));
        Assert.Equal("TypeError", await ada.Page.EvaluateAsync<string>("url => fetch(url, { credentials: 'include' }).then(answer => answer.text(), error => error.name)", $"{server.BaseAddress}live/show/comments"));
        Assert.Equal("closed", await ada.Page.EvaluateAsync<string>("""
            url => new Promise(resolve => {
                const socket = new WebSocket(url);
                socket.onopen = () => resolve('open');
                socket.onclose = () => resolve('closed');
            })
            """, $"ws://{server.BaseAddress.Authority}/live/show/comments/stream"));
        Assert.Equal("closed", await ada.Page.EvaluateAsync<string>("""
            url => new Promise(resolve => {
                const events = new EventSource(url, { withCredentials: true });
                events.onmessage = () => resolve('read');
                events.onerror = () => { events.close(); resolve('closed'); };
            })
            """, $"{server.BaseAddress}live/show/comments/stream"));
        // Neither is the page framed, for clicks that the visitor does not mean.
        Assert.True(await ada.Page.EvaluateAsync<bool>("""
            url => new Promise(resolve => {
                const frame = document.createElement('iframe');
                frame.onload = () => { try { resolve(frame.contentDocument === null); } catch { resolve(true); } };
                frame.src = url;
                document.body.append(frame);
            })
            """, $"{server.BaseAddress}live/show"));
        Assert.False(await ada.Page.FrameLocator("iframe").Locator("#composer").IsVisibleAsync());

        Assert.Empty(await server.Anonymous.CommentsAsync("show"));
        // She is logged in as before, and as herself.
        await ada.WatchAsync("show");
        await ada.WriteAsync("I am still here");
        await ada.SeesAsync("I am still here");
        Assert.Equal(ada.UserId.ToString(), Assert.Single(await server.Anonymous.CommentsAsync("show")).Text("userID"));
    }
}
