using System.Globalization;
using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Pages;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Browser;

public sealed class LanguageChoiceTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("de", "de")]
    [InlineData("DE-ch", "de")]
    [InlineData("fr, de-CH;q=0.7, en;q=0.9, *;q=0.1", "en")]
    [InlineData("fr-FR,fr;q=0.9,es;q=0.8,de;q=0.8", "es")]
    [InlineData("de;q=0, es;q=0.001", "es")]
    [InlineData("de;q=0.5, *;q=0.8", "en")]
    [InlineData("fr, nl", null)]
    [InlineData("german, deu, d", null)]
    [InlineData("de;q=2, es;q=x, en;q=-1", null)]
    [InlineData("de;level=1, es;q=0.1", "es")]
    [InlineData(" es ; q=0.3 , de ; q=0.4", "de")]
    [InlineData(",,;q=1,-,*-*,;;;,=", null)]
    public void A_browser_gets_the_language_that_it_prefers_of_those_there_are(string header, string? language) => Assert.Equal(language, LanguageChoice.Preferred(header)?.Tag);

    [Fact]
    public void Only_the_beginning_of_an_endless_header_is_read()
    {
        Assert.Null(LanguageChoice.Preferred(string.Concat(Enumerable.Repeat("xx,", 10_000)) + "de"));
        Assert.Equal("de", LanguageChoice.Preferred("de," + string.Concat(Enumerable.Repeat("xx,", 10_000)))?.Tag);
    }

    [Fact]
    public async Task A_page_speaks_the_language_of_its_address_else_of_the_cookie_else_of_the_browser_and_says_what_it_depends_on()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        foreach (var path in new[] { "/", "/live/show", "/live/nothing", "/admin", "/password", "/moderation/show", "/stats/show" })
        {
            await IsAsync("en", path);
            await IsAsync("en", path, "fr");
            await IsAsync("de", path, "de-AT, en;q=0.5");
            await IsAsync("es", path, "de-AT, en;q=0.5", "livecomments-language=es");
            await IsAsync("de", path, "de-AT, en;q=0.5", "livecomments-language=%3Cscript%3E");
            await IsAsync("en", $"{path}?lang=en", "de-AT, en;q=0.5", "livecomments-language=es");
            await IsAsync("es", $"{path}?embed=overlay&lang=es-MX", "de");
            await IsAsync("de", $"{path}?lang=klingon", "de");
            await IsAsync("de", path, "de," + string.Concat(Enumerable.Repeat("a,", 8_000)));
        }
        // The calls have their names and descriptions in English.
        using (var reference = await GetAsync(server, "/docs", "de"))
            Assert.Equal(["en"], reference.Content.Headers.ContentLanguage);

        async Task IsAsync(string language, string path, string? accept = null, string? cookie = null)
        {
            using var answer = await GetAsync(server, path, accept, cookie);
            Assert.Equal([language], answer.Content.Headers.ContentLanguage);
            Assert.Equal(["Accept-Encoding", "Accept-Language", "Cookie"], answer.Headers.Vary);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains($"<html lang=\"{language}\"", html, StringComparison.Ordinal);
            Assert.Contains($"/texts/{language}.js\"", html, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_browser_that_has_a_page_in_another_language_gets_it_anew()
    {
        await using var server = await TestServer.StartAsync();
        using var german = await GetAsync(server, "/", "de");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(german.Headers.ETag!);
        again.Headers.TryAddWithoutValidation("Accept-Language", "de");
        using var same = await server.Anonymous.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(["Accept-Encoding", "Accept-Language", "Cookie"], same.Headers.Vary);
        using var anew = new HttpRequestMessage(HttpMethod.Get, "/");
        anew.Headers.IfNoneMatch.Add(german.Headers.ETag!);
        anew.Headers.TryAddWithoutValidation("Accept-Language", "es");
        using var other = await server.Anonymous.SendAsync(anew);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Texts_are_a_script_that_is_kept_for_ever_and_the_file_of_the_language()
    {
        await using var server = await TestServer.StartAsync();
        using var script = await server.Anonymous.GetAsync($"/assets/{PageFiles.Instance.Version}/texts/de.js");
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", script.Headers.CacheControl?.ToString());
        var text = await script.Content.ReadAsStringAsync();
        const string Before = "globalThis.liveCommentsTexts = ";
        Assert.StartsWith(Before, text, StringComparison.Ordinal);
        using var texts = JsonDocument.Parse(text[Before.Length..]);
        Assert.Equal("Kommentare", texts.RootElement.GetProperty("live.comments").GetString());
        using var file = await server.Anonymous.GetAsync("/assets/latest/texts/de.json");
        Assert.Equal("application/json", file.Content.Headers.ContentType?.MediaType);
        using var none = await server.Anonymous.GetAsync("/assets/latest/texts/fr.js");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_link_and_an_installed_page_say_what_they_are_in_the_language_that_was_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("POST", "/events", """{"title":"Später","eventType":"news","startTime":"2030-01-31T20:00:00Z","videoID":"later"}""", HttpStatusCode.Created);
        Assert.Contains(Description("Jetzt live: Schau zu und schreib mit allen anderen."), await PageAsync("/live/show?lang=de"), StringComparison.Ordinal);
        Assert.Contains(Description("Beginnt am 31. Januar 2030, 20:00 UTC."), await PageAsync("/live/later?lang=de"), StringComparison.Ordinal);
        Assert.Contains(Description("Empieza el 31 de enero de 2030, 20:00 UTC."), await PageAsync("/live/later?lang=es"), StringComparison.Ordinal);
        // A page's texts are encoded as its title is.
        Assert.Contains("<title>Sp&#xE4;ter</title>", await PageAsync("/live/later?lang=es"), StringComparison.Ordinal);
        Assert.Contains("href=\"/manifest.webmanifest?lang=es\"", await PageAsync("/live/later?lang=es"), StringComparison.Ordinal);
        using var manifest = JsonDocument.Parse(await server.Anonymous.GetStringAsync("/manifest.webmanifest?lang=es"));
        Assert.Equal(("es", "Comentarios en vivo para vídeo en vivo"), (manifest.RootElement.GetProperty("lang").GetString(), manifest.RootElement.GetProperty("description").GetString()));

        static string Description(string text) => $"<meta property=\"og:description\" content=\"{text}\">";
        Task<string> PageAsync(string path) => server.Anonymous.GetStringAsync(path);
    }

    [Fact]
    public void Every_language_has_a_culture_of_its_own() =>
        Assert.All(PageLanguage.All.Values, language => Assert.Contains(CultureInfo.GetCultures(CultureTypes.NeutralCultures), culture => culture.Name == language.Tag));

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string path, string? accept, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", accept);
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return await server.Anonymous.SendAsync(request);
    }
}
