using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Events;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;

namespace LiveComments.Tests.Browser;

public sealed partial class PageTests
{
    [Fact]
    public async Task A_page_allows_exactly_what_its_event_needs()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("clock");
        await server.LiveEventAsync("film", """{"videoUrl":"https://cdn.example.org/a.mp4"}""");
        await server.LiveEventAsync("stream", """{"videoUrl":"https://cdn.example.org/live/a.m3u8"}""");
        await server.LiveEventAsync("own", """{"videoUrl":"/films/a.mp4"}""");
        await server.LiveEventAsync("player", """{"videoUrl":"https://youtu.be/jNQXAC9IVRw"}""");
        async Task<string> PolicyAsync(string path) => (await server.Anonymous.GetAsync(path)).Headers.GetValues("Content-Security-Policy").Single();

        var plain = await PolicyAsync("/live/clock");
        Assert.Contains("default-src 'none'", plain, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", plain, StringComparison.Ordinal);
        Assert.Contains("style-src 'self';", plain, StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data:;", plain, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", plain, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("frame-src", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("media-src", plain, StringComparison.Ordinal);
        Assert.Equal(plain, await PolicyAsync("/"));
        // There an address is tried out before it is an event's.
        var hls = plain.Replace("connect-src 'self';", "connect-src 'self' https:;", StringComparison.Ordinal).Replace("; base-uri", "; media-src 'self' https: blob:; base-uri", StringComparison.Ordinal);
        Assert.Equal(hls.Replace("; base-uri", $"; frame-src {VideoSource.Preview.Origin}; base-uri", StringComparison.Ordinal), await PolicyAsync("/admin"));
        Assert.Equal(plain, await PolicyAsync("/moderation/clock"));
        // It may turn into the page of a private event, with any video.
        Assert.Equal(hls.Replace("; base-uri", "; frame-src https:; base-uri", StringComparison.Ordinal), await PolicyAsync("/live/nothing-here"));
        Assert.Equal(plain, await PolicyAsync("/live/nothing-here?embed=chat"));
        Assert.Equal(plain.Replace("; base-uri", "; media-src https://cdn.example.org; base-uri", StringComparison.Ordinal), await PolicyAsync("/live/film"));
        Assert.Equal(plain.Replace("; base-uri", "; media-src 'self'; base-uri", StringComparison.Ordinal), await PolicyAsync("/live/own"));
        // The list of a stream names its parts, which may be at any host.
        Assert.Equal(hls, await PolicyAsync("/live/stream"));
        Assert.Equal(plain.Replace("; base-uri", "; frame-src https://www.youtube-nocookie.com; base-uri", StringComparison.Ordinal), await PolicyAsync("/live/player"));
    }

    [Fact]
    public async Task Only_the_chat_is_framed_and_only_by_the_origins_of_the_option()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Pages:EmbedOrigins:0=https://a.example", "--LiveComments:Pages:EmbedOrigins:1=https://b.example");
        await server.LiveEventAsync("show");
        foreach (var (path, ancestors) in new[] { ("/live/show?embed=chat", "https://a.example https://b.example"), ("/live/show", "'none'"), ("/live/show?embed=other", "'none'"), ("/", "'none'") })
            Assert.Contains($"frame-ancestors {ancestors};", (await server.Anonymous.GetAsync(path)).Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_says_while_it_runs_who_else_may_frame_its_chat()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Pages:EmbedOrigins:0=https://a.example");
        using var administrator = server.As(Role.Administrator);
        await server.LiveEventAsync("show");
        await server.LiveEventAsync("other");
        await server.LiveEventAsync("mine", """{"visibility":"private","embedOrigins":["https://b.example"]}""");
        async Task<string> AncestorsAsync(string path) =>
            (await server.Anonymous.GetAsync(path)).Headers.GetValues("Content-Security-Policy").Single().Split("; ").Single(one => one.StartsWith("frame-ancestors ", StringComparison.Ordinal));

        await administrator.CallAsync("PATCH", "/events/show", """{"settings":{"embedOrigins":["https://b.example","https://a.example"]}}""");
        Assert.Equal("frame-ancestors https://a.example https://b.example", await AncestorsAsync("/live/show?embed=chat"));
        Assert.Equal("frame-ancestors https://a.example https://b.example", await AncestorsAsync("/live/show?embed=overlay"));
        Assert.Equal("frame-ancestors 'none'", await AncestorsAsync("/live/show"));
        Assert.Equal("frame-ancestors https://a.example", await AncestorsAsync("/live/other?embed=chat"));
        // As of an event that there is not.
        Assert.Equal("frame-ancestors https://a.example", await AncestorsAsync("/live/mine?embed=chat"));
        // Twenty at most.
        var twenty = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"https://site-{i}.example\""));
        await administrator.CallAsync("PATCH", "/events/show", $$$"""{"settings":{"embedOrigins":[{{{twenty}}}]}}""");
        Assert.Contains("at most 20", await administrator.RefusedAsync(Error.InvalidEvent, "PATCH", "/events/show", $$$"""{"settings":{"embedOrigins":[{{{twenty}}},"https://b.example"]}}"""), StringComparison.Ordinal);
        await administrator.CallAsync("PATCH", "/events/show", """{"settings":{"embedOrigins":[]}}""");
        Assert.Equal("frame-ancestors https://a.example", await AncestorsAsync("/live/show?embed=chat"));
    }

    [Fact]
    public async Task A_link_says_elsewhere_what_it_leads_to_and_nothing_of_a_private_event()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:PathBase=/comments");
        using var administrator = server.As(Role.Administrator);
        await server.LiveEventAsync("show");
        await administrator.CallAsync("POST", "/events", """{"title":"Later \"quoted\" <b>","eventType":"news","startTime":"2030-01-31T20:00:00Z","videoID":"later"}""", HttpStatusCode.Created);
        await administrator.CallAsync("POST", "/events", """{"title":"Mine","description":"Nobody else's","eventType":"news","startTime":"2030-01-31T20:00:00Z","videoID":"mine","settings":{"visibility":"private"}}""", HttpStatusCode.Created);
        async Task<string> PageAsync(string path) => await (await server.Anonymous.GetAsync(path)).Content.ReadAsStringAsync();
        var live = await PageAsync("/comments/live/show");
        Assert.Contains("""<meta property="og:description" content="Live now: watch, and write with everybody else.">""", live, StringComparison.Ordinal);
        Assert.Contains($"""<meta property="og:url" content="{server.BaseAddress}comments/live/show">""", live, StringComparison.Ordinal);
        var picture = Picture().Match(live).Groups[1].Value;
        Assert.StartsWith($"{server.BaseAddress}comments/assets/", picture, StringComparison.Ordinal);
        using (var answer = await server.Anonymous.GetAsync(picture))
            Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        var later = await PageAsync("/comments/live/later");
        Assert.Contains("""<meta property="og:title" content="Later &quot;quoted&quot; &lt;b&gt;">""", later, StringComparison.Ordinal);
        Assert.Contains("""<meta property="og:description" content="Begins on 31 January 2030, 20:00 UTC.">""", later, StringComparison.Ordinal);
        var secret = await PageAsync("/comments/live/mine");
        Assert.DoesNotContain("Mine", secret, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody", secret, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browsers_and_search_engines_find_what_they_ask_for_by_name()
    {
        await using var server = await TestServer.StartAsync();
        using var manifest = await server.Anonymous.GetAsync("/manifest.webmanifest");
        Assert.Equal("application/manifest+json", manifest.Content.Headers.ContentType?.MediaType);
        using var application = JsonDocument.Parse(await manifest.Content.ReadAsStringAsync());
        Assert.Equal(("/", "standalone"), (application.RootElement.GetProperty("start_url").GetString(), application.RootElement.GetProperty("display").GetString()));
        foreach (var icon in application.RootElement.GetProperty("icons").EnumerateArray())
            using (var answer = await server.Anonymous.GetAsync(icon.GetProperty("src").GetString()))
                Assert.Equal(icon.GetProperty("type").GetString(), answer.Content.Headers.ContentType?.MediaType);
        using (var favicon = await server.Anonymous.GetAsync("/favicon.ico"))
            Assert.Equal("image/x-icon", favicon.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Disallow: /admin\n", await server.Anonymous.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
        // As files they would come with their marks.
        foreach (var file in (string[])["manifest.webmanifest", "robots.txt"])
            Assert.Equal(HttpStatusCode.NotFound, (await server.Anonymous.GetAsync($"/assets/latest/pages/{file}")).StatusCode);
    }

    [Fact]
    public async Task An_unknown_event_has_a_page_that_says_so()
    {
        await using var server = await TestServer.StartAsync();
        using var answer = await server.Anonymous.GetAsync("/live/nothing-here");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task An_address_that_has_nothing_is_a_page_with_a_way_back_for_people_and_an_error_for_programs()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:PathBase=/comments");
        foreach (var path in new[] { "/comments/nowhere", "/comments/live", "/comments/live/show/more", "/comments/favicon.png" })
        {
            using var page = await AskAsync(HttpMethod.Get, path);
            Assert.Equal((HttpStatusCode.NotFound, "text/html", "de"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType, page.Content.Headers.ContentLanguage.Single()));
            var html = await page.Content.ReadAsStringAsync();
            Assert.Contains("<h1>Hier ist nichts</h1>", html, StringComparison.Ordinal);
            Assert.Contains("<a href=\"/comments/\">", html, StringComparison.Ordinal);
            await ProblemAssert.IsAsync(Error.NotFound, await server.Anonymous.GetAsync(path));
            await ProblemAssert.IsAsync(Error.NotFound, await AskAsync(HttpMethod.Post, path));
        }
        await ProblemAssert.IsAsync(Error.MethodNotAllowed, await AskAsync(HttpMethod.Get, "/comments/auth/login"));
        await ProblemAssert.IsAsync(Error.EventNotFound, await AskAsync(HttpMethod.Get, "/comments/events/nothing"));

        async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { { "Accept", "text/html,application/xhtml+xml,*/*;q=0.8" }, { "Accept-Language", "de" } } };
            return await server.Anonymous.SendAsync(request);
        }
    }

    [Fact]
    public async Task Files_are_kept_for_ever_under_their_version_and_asked_about_under_latest()
    {
        await using var server = await TestServer.StartAsync();
        var html = await server.Anonymous.GetStringAsync("/");
        var files = AssetPath().Matches(html).Select(match => match.Value).Distinct().ToList();
        Assert.True(files.Count >= 5);
        foreach (var file in files)
        {
            using var kept = await server.Anonymous.GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", kept.Headers.CacheControl?.ToString());
        }
        const string Module = "/assets/latest/js/livecomments.js";
        using var first = await server.Anonymous.GetAsync(Module);
        Assert.Equal("no-cache", first.Headers.CacheControl?.ToString());
        Assert.Equal("text/javascript", first.Content.Headers.ContentType?.MediaType);
        using var again = new HttpRequestMessage(HttpMethod.Get, Module);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await server.Anonymous.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(0, second.Content.Headers.ContentLength ?? 0);
        using var compressed = new HttpRequestMessage(HttpMethod.Get, Module);
        compressed.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var small = await server.Anonymous.SendAsync(compressed);
        Assert.Equal(["br"], small.Content.Headers.ContentEncoding);
        Assert.True(small.Content.Headers.ContentLength < first.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_page_itself_comes_compressed_to_who_asks_for_it()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var answer = await server.Anonymous.SendAsync(request);
        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
        using var text = new StreamReader(new BrotliStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        Assert.Equal(await server.Anonymous.GetStringAsync("/"), await text.ReadToEndAsync());
    }

    [Fact]
    public async Task Nothing_but_the_files_is_served()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var path in new[] { "", "js", "js/", "nothing.js", "pages/live.html", "../appsettings.json", "..%2fappsettings.json", "%2e%2e/%2e%2e/etc/passwd", "LiveComments.Server.dll", "components.json" })
            await ProblemAssert.IsAsync(Error.NotFound, await server.Anonymous.GetAsync($"/assets/latest/{path}"));
    }

    [Fact]
    public async Task Under_a_path_base_every_address_has_it()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:PathBase=/comments");
        await server.LiveEventAsync("show");
        var html = await server.Anonymous.GetStringAsync("/comments/live/show");
        Assert.Contains("data-base=\"/comments/\"", html, StringComparison.Ordinal);
        var addresses = Address().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.True(addresses.Count >= 5);
        Assert.All(addresses, address => Assert.StartsWith("/comments/", address, StringComparison.Ordinal));
    }

    [Fact]
    public void The_policy_is_for_what_the_page_will_show()
    {
        var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "video-sources.json"))).RootElement;
        Assert.True(cases.GetArrayLength() >= 10);
        Assert.All(cases.EnumerateArray(), one =>
        {
            var source = VideoSource.Of(one.Text("url"));
            Assert.Equal(one.Text("kind"), source?.Kind);
            if (source is not null)
                Assert.Equal((one.Text("shown"), one.Text("origin")), (source.Url, source.Origin));
            Assert.Equal(source is not null && source.Url[0] == '/', VideoSource.IsOwnVideo(one.Text("url")));
            var fault = Uri.TryCreate(one.Text("url"), UriKind.Absolute, out var url) && url.Scheme == "https" ? VideoSource.FaultOf(url) : null;
            Assert.Equal(one.TryGetProperty("fault", out var site) ? site.GetString() : null, fault?.Split(' ')[0]);
        });
    }

    [GeneratedRegex("<meta property=\"og:image\" content=\"([^\"]+)\">")]
    private static partial Regex Picture();

    [GeneratedRegex("/assets/[0-9a-f]+/[^\"]+")]
    private static partial Regex AssetPath();

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex Address();
}
