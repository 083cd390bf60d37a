using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class HostileTextTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Whatever_a_comment_a_name_or_a_title_says_is_only_ever_text()
    {
        Assert.True(Hostile.Texts.Count >= 150 && Hostile.Texts.Distinct().Count() == Hostile.Texts.Count);
        // Straight into the log, past every check of the ingest: the page must not rely on those.
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:DisplayBudget=100000");
        var eventId = await server.LiveEventAsync("show", """{"links":"everybody"}""");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.Context.AddInitScriptAsync("window.hit = () => { window.wasHit = true; }");
        await ada.WatchAsync("show");

        foreach (var texts in Hostile.Texts.Chunk(50))
        {
            await server.PlaceAsync(eventId, [.. texts.Select((text, i) => new CommentDraft(
                CommentId.New(TimeProvider.System), new Author(new UserId(Guid.NewGuid()), i % 2 == 0 ? text : "name", text, i % 3 == 0 ? "javascript:hit()" : null, Role.Viewer), text, null, [], null, null))]);
            await server.PlaceCommentsAsync(eventId, new UserId(Guid.NewGuid()), $"after {texts[^1]} that");
            await ada.SeesAsync($"after {texts[^1]} that");
            var shown = await ada.Page.EvaluateAsync<JsonElement>("""
                () => [...document.querySelectorAll('#list .comment')].map(row => ({ text: row.querySelector('.text').textContent, name: row.querySelector('.name bdi').textContent }))
                """);
            var rows = shown.EnumerateArray().Select(row => (Text: row.Text("text")!, Name: row.Text("name")!)).ToList();
            foreach (var text in texts)
                Assert.Contains((text, text), rows);
        }

        // Links are the only elements, and each leads where it seems to.
        Assert.NotEqual(0, await ada.Page.Locator("#list .text a").CountAsync());
        Assert.Equal("[]", await ada.Page.EvaluateAsync<string>("""
            () => JSON.stringify([...document.querySelectorAll('#list a')].filter(link => {
              const address = /^(?:https?:\/\/|www\.)[^\s<>"`\p{Cf}]+$/iu;
              return !address.test(link.textContent) || !['http:', 'https:'].includes(link.protocol) || link.hostname.split('.').length < 2 || link.username !== '' || link.target !== '_blank'
                || link.rel !== 'nofollow noopener noreferrer ugc' || link.closest('.text') === null || [...link.attributes].some(one => one.name.startsWith('on'));
            }).map(link => link.outerHTML))
            """));
        // No line left its place.
        Assert.Equal(0, await ada.Page.EvaluateAsync<int>("document.querySelectorAll('#list :is(script, iframe, object, embed, style, link, form, input, video, audio, details, table, base, meta, b)').length"));
        Assert.Equal("[]", await ada.Page.EvaluateAsync<string>("""
            () => {
              const log = document.querySelector('#log');
              const edge = log.getBoundingClientRect();
              const wrong = [...document.querySelectorAll('#list .comment')].filter(row => {
                const box = row.getBoundingClientRect();
                return box.left < edge.left - 1 || box.right > edge.right + 1 || row.scrollWidth > row.clientWidth + 1 || box.height > 900;
              }).map(row => row.textContent.slice(0, 60));
              if (log.scrollWidth > log.clientWidth + 1) wrong.push('the list is too wide');
              if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page is too wide');
              return JSON.stringify(wrong);
            }
            """));
        Assert.False(await ada.Page.EvaluateAsync<bool>("window.wasHit === true"));
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_hostile_title_and_description_are_text_on_both_pages()
    {
        await using var server = await TestServer.StartAsync();
        using var administrator = server.As(Role.Administrator);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Context.AddInitScriptAsync("window.hit = () => { window.wasHit = true; }");
        string[] titles = ["</title><script>hit()</script>", "\"><img src=x onerror=hit()>", "{{assets}} {{title}} {{description}}", "' onmouseover='hit()", "<b>bold</b> & <i>slanted</i>", "עברית <svg onload=hit()>"];
        foreach (var (title, i) in titles.Select((title, i) => (title, i)))
        {
            var body = JsonSerializer.Serialize(new { videoID = $"show{i}", title, description = title, eventType = "news", startTime = DateTimeOffset.UtcNow.AddHours(1) });
            await administrator.CallAsync("POST", "/events", body, HttpStatusCode.Created);
            await ada.WatchAsync($"show{i}");
            Assert.Equal(title, await ada.Page.TitleAsync());
            Assert.Equal(title, await ada.Page.Locator("h1").TextContentAsync());
            Assert.Equal(title, await ada.Page.Locator("#description").TextContentAsync());
        }
        await administrator.CallAsync("PATCH", "/events/show0", """{"description":"Tickets: https://example.org/a_(b)?q=1&x=<script>, not javascript:hit() or https://example.org@evil.example/."}""");
        await ada.WatchAsync("show0");
        Assert.Equal("https://example.org/a_(b)?q=1&x=", await ada.Page.Locator("#description a").TextContentAsync());
        Assert.Equal("https://example.org/a_(b)?q=1&x= _blank nofollow noopener noreferrer ugc", await ada.Page.Locator("#description a").EvaluateAsync<string>("link => `${link.href} ${link.target} ${link.rel}`"));
        await ada.Page.GotoAsync("/");
        await ada.Page.Locator(".card").First.WaitForAsync();
        Assert.Equal(titles.Order(StringComparer.Ordinal), (await ada.Page.Locator(".card h3").AllTextContentsAsync()).Order(StringComparer.Ordinal));
        Assert.False(await ada.Page.EvaluateAsync<bool>("window.wasHit === true"));
        ada.AssertNoFault();
    }
}
