using System.Diagnostics;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ClientModuleTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task The_example_of_its_documentation_shows_comments_on_a_page_of_another_origin()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "LiveComments.Server", "wwwroot", "js", "README.md"));
        var example = text.Split("```html\n")[1].Split("```")[0];
        await using var site = await EdgeServer.StartAsync(app => app.MapGet("/", () => Results.Content(example, "text/html")));
        await using var server = await TestServer.StartAsync(null, $"--LiveComments:Origins:Allowed:0={site.BaseAddress.ToString().TrimEnd('/')}");
        example = example.Replace("http://127.0.0.1:5080/", server.BaseAddress.ToString(), StringComparison.Ordinal);
        var eventId = await server.LiveEventAsync("cup-final");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "before");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync(site.BaseAddress.ToString());
        await ada.Page.GetByText("Writer: before").WaitForAsync();
        var placed = await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), "after");
        await ada.Page.GetByText("Writer: after").WaitForAsync();
        await server.As(Role.Administrator).CallAsync("DELETE", $"/live/cup-final/comments/{placed[0].Id}");
        await ada.Page.GetByText("Writer: after").WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Detached });
        Assert.Equal(["Writer: before"], await ada.Page.Locator("li").AllTextContentsAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_browser_is_sent_comments_compressed()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("cup-final");
        await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 300).Select(i => $"comment {i} of 300")]);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync(server.BaseAddress + "live/cup-final");
        var received = await ada.Page.EvaluateAsync<string>("""
            () => new Promise((resolve, reject) => {
                const socket = new WebSocket('/live/cup-final/comments/stream?after=start&sample=off');
                socket.onmessage = message => message.data.includes('comment 299 of 300') && resolve(socket.extensions);
                socket.onclose = closed => reject(new Error(`closed with ${closed.code}`));
            })
            """);
        Assert.StartsWith("permessage-deflate", received, StringComparison.Ordinal);
        ada.AssertNoFault();
    }

    [RequiresFact("node")]
    public async Task The_modules_own_tests_pass()
    {
        var start = new ProcessStartInfo("node", ["--test", "--test-reporter=tap"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "js"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Inside another runner node would speak to that instead of to us.
        start.Environment.Remove("NODE_TEST_CONTEXT");
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, output + await errors);
        Assert.Matches(@"(?m)^# pass [1-9]\d+$", output);
    }
}
