using System.Text.Json;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>Somebody with a browser of their own at an event's page.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    /// <summary>A busy machine makes a page slow; only what never comes is a failure.</summary>
    private const float Patience = 60_000;

    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [], _told = [];

    private Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.SetDefaultTimeout(Patience);
        page.PageError += (_, error) => { lock (_faults) _faults.Add(error); };
        page.Dialog += (_, dialog) =>
        {
            lock (_faults)
                _faults.Add($"A dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.RequestFailed += (_, request) => Tell($"{request.Url}: {request.Failure}");
        page.Console += (_, message) =>
        {
            Tell(message.Text);
            // The browser writes down every refused connection; tests that cut connections cause them.
            if (message.Type == "error" && (message.Text.Contains("Content Security Policy", StringComparison.Ordinal) || message.Text.Contains("TrustedHTML", StringComparison.Ordinal)))
                lock (_faults)
                    _faults.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>Their id; null for somebody who is not logged in.</summary>
    public UserId? UserId { get; private set; }

    public ILocator Log => Page.Locator("#log");

    /// <summary>Where the pinned comment stands.</summary>
    public ILocator Pinned => Page.Locator("#pinned");

    public ILocator Composer => Page.GetByLabel("Write a comment");

    /// <param name="name">With a name they have an account and are logged in.</param>
    /// <param name="address">Where the server is for them; its own address unless given.</param>
    public static async Task<Visitor> ComeAsync(Chromium chromium, TestServer server, string? name = null, Uri? address = null, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1100, Height = 760 } };
        options.BaseURL = (address ?? server.BaseAddress).ToString();
        var context = await chromium.Browser.NewContextAsync(options);
        return await ComeAsync(context, name);
    }

    /// <summary>The same in a browser that is there already.</summary>
    public static async Task<Visitor> ComeAsync(IBrowserContext context, string? name)
    {
        await context.AddInitScriptAsync("addEventListener('securitypolicyviolation', event => console.error('Content Security Policy: ' + event.violatedDirective + ' ' + event.blockedURI))");
        var visitor = new Visitor(context, await context.NewPageAsync());
        if (name is not null)
            await visitor.RegisterAsync(name);
        return visitor;
    }

    /// <summary>Opens an event's page and waits until it shows all there is.</summary>
    public async Task WatchAsync(string videoId, string query = "")
    {
        await Page.GotoAsync($"/live/{videoId}{query}");
        await CaughtUpAsync();
        if (UserId is not null)
            await Page.Locator(".account-button").WaitForAsync();
    }

    public async Task CaughtUpAsync()
    {
        try
        {
            await Page.Locator("html[data-connection=caught-up]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        }
        catch (TimeoutException e)
        {
            var shown = await Page.EvaluateAsync<string>("`${document.readyState} ${document.documentElement.dataset.connection} ${document.body?.innerText}`");
            lock (_told)
                throw new TimeoutException($"The page did not catch up. It says: {shown}\n{string.Join('\n', _told)}", e);
        }
    }

    public async Task WriteAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>The row of a comment in the list, by its own text: a reply quotes another's.</summary>
    public ILocator Comment(string text) => Row(".comment", text);

    public ILocator PinnedRow(string text) => Pinned.Locator(".comment").Filter(new LocatorFilterOptions { HasText = text });

    /// <summary>Waits until the comment is placed: shown, and no longer being sent.</summary>
    public Task SeesAsync(string text) => Row(".comment:not(.sending):not(.failed)", text).WaitForAsync();

    public Task NoLongerSeesAsync(string text) => Comment(text).WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });

    /// <summary>What the list shows, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync() => await Log.Locator(".text").AllTextContentsAsync();

    /// <summary>Presses a tool of a comment, by its accessible name.</summary>
    public async Task UseToolAsync(string text, string tool)
    {
        // At its first line: the bar of the row below may stand over the others.
        await Comment(text).HoverAsync(new LocatorHoverOptions { Position = new Microsoft.Playwright.Position { X = 20, Y = 10 } });
        await Comment(text).GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = tool }).ClickAsync();
    }

    /// <summary>Fails when a script of the page failed, a dialog opened, or the policy had to hold something back.</summary>
    public void AssertNoFault()
    {
        lock (_faults)
            Assert.Empty(_faults);
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    /// <summary>What a browser tells its developers, for whoever reads why a test failed.</summary>
    private void Tell(string what)
    {
        lock (_told)
            _told.Add(what);
    }

    private ILocator Row(string selector, string text) =>
        Log.Locator(selector).Filter(new LocatorFilterOptions { Has = Page.Locator(".text").Filter(new LocatorFilterOptions { HasText = text }) });

    /// <summary>As a page does it: the refresh token comes in a cookie, and the page remembers that there may be one.</summary>
    private async Task RegisterAsync(string name)
    {
        var answer = await _context.APIRequest.PostAsync("/auth/register", new APIRequestContextOptions
        {
            Headers = new Dictionary<string, string> { ["X-Requested-With"] = "LiveComments" },
            DataObject = new { username = name, email = $"{name}@example.org", password = "correct horse battery" },
            Timeout = Patience,
        });
        Assert.Equal(201, answer.Status);
        Assert.True(LiveComments.Identifiers.UserId.TryParse(JsonDocument.Parse(await answer.BodyAsync()).RootElement.Text("userID")!, out var id));
        UserId = id;
        await _context.AddInitScriptAsync("if (top === self) localStorage.setItem('livecomments-session/', '1')");
    }
}
