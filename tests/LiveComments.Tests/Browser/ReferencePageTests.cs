using System.Net;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ReferencePageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task The_reference_shows_the_servers_calls_dark_and_light_below_a_path_and_asks_nobody_else()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:PathBase=/comments");
        foreach (var (scheme, looks) in new[] { (ColorScheme.Dark, "dark-mode"), (ColorScheme.Light, "light-mode") })
        {
            await using var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme, BaseURL = server.BaseAddress.ToString() });
            var page = await context.NewPageAsync();
            page.SetDefaultTimeout(60_000);
            var faults = new List<string>();
            var asked = new List<string>();
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                    lock (faults)
                        faults.Add(message.Text);
            };
            page.PageError += (_, error) =>
            {
                lock (faults)
                    faults.Add(error);
            };
            page.Request += (_, request) =>
            {
                lock (asked)
                    asked.Add(request.Url);
            };
            await page.GotoAsync("/comments/");
            await page.GetByText("For programs: the API").ClickAsync();
            await page.WaitForURLAsync("**/comments/docs");
            await page.GetByText("List events, latest start first").First.WaitForAsync();
            await page.Locator($"body.{looks}").WaitForAsync();
            lock (faults)
                Assert.Empty(faults);
            lock (asked)
                Assert.All(asked, url => Assert.True(url.StartsWith($"{server.BaseAddress}comments/", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal), url));
        }
    }

    [Fact]
    public async Task The_reference_lets_in_no_script_but_ours_and_its_script_is_sent_once()
    {
        await using var server = await TestServer.StartAsync();
        using var page = await server.Anonymous.GetAsync("/docs");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("eval", policy, StringComparison.Ordinal);
        var nonce = policy.Split("'nonce-")[1].Split('\'')[0];
        Assert.Contains($"content=\"{nonce}\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // Another page, another nonce.
        Assert.DoesNotContain(nonce, await server.Anonymous.GetStringAsync("/docs"), StringComparison.Ordinal);

        using var plain = await server.Anonymous.GetAsync("/docs/scalar.js");
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var small = await AskAsync("Accept-Encoding", "gzip, br");
        Assert.Equal(["gzip"], small.Content.Headers.ContentEncoding);
        Assert.True(small.Content.Headers.ContentLength < (await plain.Content.ReadAsByteArrayAsync()).Length);
        using var again = await AskAsync("If-None-Match", plain.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        async Task<HttpResponseMessage> AskAsync(string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/docs/scalar.js");
            request.Headers.Add(header, value);
            return await server.Anonymous.SendAsync(request);
        }
    }
}
