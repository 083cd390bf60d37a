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
    /// <summary>How strictly TypeScript looks.</summary>
    private static readonly string[] Rules = ["--strict", "--target", "es2023", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable"];

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

    [RequiresFact(Chromium.Program)]
    public async Task The_sample_page_reads_and_writes_from_another_origin()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "page", "index.html"));
        var page = "";
        await using var site = await EdgeServer.StartAsync(app => app.MapGet("/", () => Results.Content(page, "text/html")));
        await using var server = await TestServer.StartAsync(null, $"--LiveComments:Origins:Allowed:0={site.BaseAddress.GetLeftPart(UriPartial.Authority)}");
        page = text.Replace("http://127.0.0.1:5080/", server.BaseAddress.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(text, page);
        await server.LiveEventAsync("cup-final");
        await server.RegisterAsync("ada");
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync(site.BaseAddress.ToString());
        await ada.Page.GetByLabel("Username").FillAsync("ada");
        await ada.Page.GetByLabel("Password").FillAsync(AccountClient.Password);
        await ada.Page.GetByText("Log in").ClickAsync();
        await ada.Page.GetByLabel("Write a comment").FillAsync("from elsewhere");
        await ada.Page.GetByText("Send").ClickAsync();
        await ada.Page.Locator("li[data-state=placed]").Filter(new() { HasText = "ada: from elsewhere" }).WaitForAsync();
        await server.As(Role.Viewer).CommentAsync("cup-final", "from here");
        await ada.Page.Locator("li").Filter(new() { HasText = "from here" }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresTypeScriptFact]
    public async Task The_types_beside_the_module_are_those_of_its_comments()
    {
        using var folder = new TemporaryFolder();
        var module = Path.Combine(Repository.Root, "src", "LiveComments.Server", "wwwroot", "js");
        var types = Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "types");
        await NodeAsync([RequiresTypeScriptFactAttribute.Compiler, .. Rules, "--allowJs", "--checkJs", "--declaration", "--emitDeclarationOnly", "--outDir", folder.Path, Path.Combine(module, "livecomments.js")], folder.Path);
        var made = await NodeAsync([Path.Combine(types, "declare.mjs"), folder.Path], folder.Path);
        var file = Path.Combine(module, "livecomments.d.ts");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCUMENTS") == "1")
            await File.WriteAllTextAsync(file, made);
        Assert.True(made == await File.ReadAllTextAsync(file), "wwwroot/js/livecomments.d.ts is not what the module's comments say; UPDATE_DOCUMENTS=1 in the environment of this test writes it.");
    }

    [RequiresTypeScriptFact]
    public async Task A_page_in_TypeScript_compiles_with_the_types_that_the_server_carries()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await File.WriteAllTextAsync(folder.At("livecomments.d.ts"), await server.Anonymous.GetStringAsync("/assets/latest/js/livecomments.d.ts"));
        File.Copy(Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "types", "page.ts"), folder.At("page.ts"));
        await NodeAsync([RequiresTypeScriptFactAttribute.Compiler, .. Rules, "--noEmit", folder.At("page.ts")], folder.Path);
    }

    [RequiresFact("node")]
    public async Task The_modules_own_tests_pass()
    {
        var output = await NodeAsync(["--test", "--test-reporter=tap"], Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "js"));
        Assert.Matches(@"(?m)^# pass [1-9]\d+$", output);
    }

    /// <summary>Runs node, which must succeed; what it wrote.</summary>
    private static async Task<string> NodeAsync(string[] arguments, string folder)
    {
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Inside another runner node would speak to that instead of to us.
        start.Environment.Remove("NODE_TEST_CONTEXT");
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, output + await errors);
        return output;
    }
}
