using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveComments.Tests.Browser;

/// <summary>
/// Lighthouse on the pages of a server that runs alone. A finding is a failure. How fast a page is follows the machine, so that is only told: the medians of <c>LIVECOMMENTS_LIGHTHOUSE_RUNS</c> runs, of one unless it says more.
/// </summary>
public sealed class LighthouseTests(ITestOutputHelper output)
{
    private static readonly string[] Devices = ["mobile", "desktop"], Public = ["accessibility", "best-practices", "seo"];

    /// <summary>Search engines are told to leave these pages out.</summary>
    private static readonly string[] Staff = ["accessibility", "best-practices"];

    private static readonly string[] Arguments = [.. Chromium.Arguments, "--ignore-certificate-errors"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [RequiresLighthouseFact]
    public async Task Lighthouse_finds_nothing_on_the_pages_that_everybody_sees()
    {
        var runs = int.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_LIGHTHOUSE_RUNS"), CultureInfo.InvariantCulture, out var more) ? more : 1;
        await using var server = await StartAsync();
        var findings = new List<string>();
        output.WriteLine("| page | device | performance | LCP | CLS | TBT | bytes | requests |\n|---|---|---|---:|---:|---:|---:|---:|");
        foreach (var path in (string[])["/", "/live/show"])
            foreach (var device in Devices)
            {
                var reports = new List<JsonElement>();
                for (var run = 0; run < runs; run++)
                    reports.Add(await RunAsync(server, path, device));
                findings.AddRange(Findings(reports[0], $"{path}, {device}", Public));
                output.WriteLine(Figures(path, device, reports));
            }
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [RequiresLighthouseFact]
    public async Task Lighthouse_finds_nothing_on_the_pages_of_moderators_and_administrators()
    {
        await using var server = await StartAsync();
        using var profile = new TemporaryFolder();
        var port = FreePort.Find();
        using var playwright = await Playwright.CreateAsync();
        // Lighthouse opens a tab of this browser, in which an administrator is logged in.
        await using var browser = await playwright.Chromium.LaunchPersistentContextAsync(profile.Path, new BrowserTypeLaunchPersistentContextOptions
        {
            ExecutablePath = Chromium.ExecutablePath,
            Args = [.. Arguments, $"--remote-debugging-port={port}"],
            BaseURL = server.BaseAddress.ToString(),
            IgnoreHTTPSErrors = true,
            Timeout = 120_000,
        });
        await using var nadia = await Visitor.ComeAsync(browser, "nadia");
        await server.MakeAdministratorAsync(nadia);
        await nadia.Page.GotoAsync("/");
        await nadia.Page.Locator(".account-button").WaitForAsync();
        var findings = new List<string>();
        foreach (var path in (string[])["/moderation/show", "/admin"])
            foreach (var device in Devices)
            {
                var report = await RunAsync(server, path, device, $"--port={port}", "--disable-storage-reset");
                Assert.Contains(Requests(report), request => request.Text("url")!.EndsWith("/me", StringComparison.Ordinal) && request.GetProperty("statusCode").GetInt32() == 200);
                findings.AddRange(Findings(report, $"{path}, {device}", Staff));
            }
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    private static async Task<TestServer> StartAsync()
    {
        // As people reach it: by TLS, and so by HTTP/2.
        var server = await TestServer.StartWithTlsAsync();
        await server.LiveEventAsync("next");
        await server.PlaceCommentsAsync(await server.LiveEventAsync("show", """{"questions":true}"""), new UserId(Guid.NewGuid()), [.. Enumerable.Range(1, 60).Select(i => $"Comment {i}: what a match, and nobody saw it coming")]);
        return server;
    }

    /// <summary>Has Lighthouse look at a page; its report. On a busy machine it misses now and then what the browser tells it, and says to run it again.</summary>
    private static async Task<JsonElement> RunAsync(TestServer server, string path, string device, params string[] arguments)
    {
        for (var left = 2; ; left--)
        {
            var (report, errors) = await TryAsync(server, path, device, arguments);
            if (report is { } whole && whole.GetProperty("categories").GetProperty("performance").GetProperty("score").ValueKind == JsonValueKind.Number)
                return whole;
            Assert.True(left > 0, $"Three times Lighthouse made no whole report of {path}. {errors}");
        }
    }

    private static async Task<(JsonElement? Report, string Errors)> TryAsync(TestServer server, string path, string device, string[] arguments)
    {
        var start = new ProcessStartInfo("node", [RequiresLighthouseFactAttribute.Script, new Uri(server.BaseAddress, path).ToString(), "--quiet", "--output=json", "--output-path=stdout", "--no-enable-error-reporting",
            $"--chrome-flags=--headless=new {string.Join(' ', Arguments)}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (device == "desktop")
            start.ArgumentList.Add("--preset=desktop");
        start.Environment["CHROME_PATH"] = Chromium.ExecutablePath;
        using var lighthouse = Process.Start(start)!;
        var (report, errors) = (lighthouse.StandardOutput.ReadToEndAsync(), lighthouse.StandardError.ReadToEndAsync());
        try
        {
            await lighthouse.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            lighthouse.Kill(entireProcessTree: true);
            throw;
        }
        return (lighthouse.ExitCode == 0 ? JsonDocument.Parse(await report).RootElement : null, await errors);
    }

    /// <summary>What keeps a category from 100, each with the places on the page.</summary>
    private static IEnumerable<string> Findings(JsonElement report, string where, params string[] categories) =>
        from category in categories
        from reference in report.GetProperty("categories").GetProperty(category).GetProperty("auditRefs").EnumerateArray()
        where reference.GetProperty("weight").GetDouble() > 0
        let audit = report.GetProperty("audits").GetProperty(reference.Text("id")!)
        where audit.GetProperty("score") is { ValueKind: JsonValueKind.Number } score && score.GetDouble() < 1
        select $"{where}: {category}: {audit.Text("id")}: {audit.Text("title")}\n{(audit.TryGetProperty("details", out var details) ? details.GetRawText() : "")}";

    /// <summary>A line of the table: the median of each figure, and of the whole also the least and the most.</summary>
    private static string Figures(string path, string device, IReadOnlyList<JsonElement> reports)
    {
        var scores = reports.Select(report => report.GetProperty("categories").GetProperty("performance").GetProperty("score").GetDouble() * 100).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"| `{path}` | {device} | {scores[scores.Length / 2]:F0} ({scores[0]:F0} to {scores[^1]:F0}) | {Median("largest-contentful-paint") / 1000:F1} s | {Median("cumulative-layout-shift"):F3} | {Median("total-blocking-time"):F0} ms | {Median("total-byte-weight") / 1024:F0} KB | {Middle(report => Requests(report).Count()):F0} |");

        double Median(string audit) => Middle(report => report.GetProperty("audits").GetProperty(audit).GetProperty("numericValue").GetDouble());

        double Middle(Func<JsonElement, double> of) => reports.Select(of).Order().ElementAt(reports.Count / 2);
    }

    private static IEnumerable<JsonElement> Requests(JsonElement report) => report.GetProperty("audits").GetProperty("network-requests").GetProperty("details").GetProperty("items").EnumerateArray();
}
