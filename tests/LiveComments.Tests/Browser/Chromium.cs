using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>One browser for all tests of a collection; each works in contexts of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    public const string Program = "chromium";

    public static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string ExecutablePath =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, Program)).First(File.Exists);

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("A test without RequiresFact(Chromium.Program) wants the browser.");

    public async Task InitializeAsync()
    {
        if (new RequiresFactAttribute(Program).Skip is not null)
            return;
        // A busy machine makes a page slow; only what never comes is a failure.
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ExecutablePath,
            Args = Arguments,
            Timeout = 120_000,
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Browser";
}
