using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>When a comment is removed its text leaves every open page at once, wherever it stands there.</summary>
[Collection(BrowserCollection.Name)]
public sealed class RemovedCommentTests(Chromium chromium)
{
    private const string Text = "the words that go";

    [RequiresFact(Chromium.Program)]
    public async Task It_leaves_the_list_every_quote_the_overlay_and_what_is_read_out_and_the_draft_of_an_answer_stays()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var overlay = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        await overlay.WatchAsync("show", "?embed=overlay");
        using var ben = server.As(Role.Viewer);
        var removed = await PostAsync(ben, Text);
        // A removed comment may be the last thing that was read out.
        await ada.Page.Locator("#announcer").Filter(new() { HasText = Text }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await PostAsync(ben, "an answer to it", removed);
        foreach (var visitor in new[] { ada, overlay })
        {
            await visitor.SeesAsync("an answer to it");
            await visitor.Log.Locator(".context").Filter(new() { HasText = Text }).WaitForAsync();
        }
        await ada.UseToolAsync(Text, "Reply");
        await ada.Page.Locator(".composer-bar").Filter(new() { HasText = "Replying to" }).Filter(new() { HasText = Text }).WaitForAsync();
        await ada.Composer.FillAsync("half an answ");

        await DeleteAsync(server, removed);
        foreach (var visitor in new[] { ada, overlay })
        {
            await NoLongerHasAsync(visitor);
            await visitor.SeesAsync("an answer to it");
        }
        Assert.Equal("half an answ", await ada.Composer.InputValueAsync());

        // What was to be an answer is not posted as something else before its author says so.
        await ada.Page.GetByText("The comment you were replying to was removed.").First.WaitForAsync();
        await ada.Composer.PressAsync("Enter");
        Assert.True(await ada.Page.Locator(".send").IsDisabledAsync());
        await ada.Page.GetByLabel("Do not reply").ClickAsync();
        await ada.Composer.PressAsync("Enter");
        await ada.SeesAsync("half an answ");
        Assert.Equal(0, await ada.Comment("half an answ").Locator(".context").CountAsync());
        ada.AssertNoFault();
        overlay.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task An_answer_to_a_removed_reply_still_goes_to_its_thread()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        using var ben = server.As(Role.Viewer);
        var root = await PostAsync(ben, "how it began");
        var removed = await PostAsync(ben, Text, root);
        await ada.SeesAsync(Text);
        await ada.UseToolAsync(Text, "Reply");
        await ada.Composer.FillAsync("I do not agree");
        await DeleteAsync(server, removed);
        await NoLongerHasAsync(ada);
        await ada.Composer.PressAsync("Enter");
        await ada.SeesAsync("I do not agree");
        await ada.Comment("I do not agree").Locator(".context").Filter(new() { HasText = "how it began" }).WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task It_leaves_its_open_thread_and_the_pinned_bar()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await server.AppointAsync(eventId, ada.UserId!.Value);
        await ada.WatchAsync("show");
        using var ben = server.As(Role.Viewer);
        var removed = await PostAsync(ben, Text);
        await PostAsync(ben, "an answer to it", removed);
        await ada.SeesAsync("an answer to it");
        await ada.UseToolAsync(Text, "Pin");
        await ada.Pinned.GetByRole(AriaRole.Button, new() { Name = "Pinned" }).ClickAsync();
        await ada.Comment("an answer to it").Locator(".context").ClickAsync();
        var thread = ada.Page.Locator("#thread");
        await thread.Locator(".comment").Filter(new() { HasText = Text }).FocusAsync();
        await ada.Composer.FillAsync("half an answ");
        await thread.Locator(".comment").Filter(new() { HasText = Text }).FocusAsync();

        await DeleteAsync(server, removed);
        await NoLongerHasAsync(ada);
        Assert.Equal("half an answ", await ada.Composer.InputValueAsync());
        await thread.GetByText("The comment this thread began with was removed.").WaitForAsync();
        // The focus was on it.
        Assert.True(await ada.Page.EvaluateAsync<bool>("document.getElementById('thread').contains(document.activeElement)"));

        // It does not come back with the next comment either, which is none of the thread any more.
        await ada.Page.GetByLabel("Do not reply").ClickAsync();
        await ada.Composer.PressAsync("Enter");
        await thread.GetByLabel("Back to all comments").ClickAsync();
        await ada.SeesAsync("half an answ");
        await NoLongerHasAsync(ada);
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task It_leaves_the_quotes_of_a_replay()
    {
        await using var server = await Recording.StartAsync();
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.WatchAsync("show");
        var slider = ada.Page.GetByLabel("Place in the recording");
        await slider.PressAsync("End");
        await ada.Log.Locator(".context").Filter(new() { HasText = "Closing words" }).WaitForAsync();
        using var administrator = server.As(Role.Administrator);
        var closing = (await administrator.CallAsync("GET", "/live/show/comments")).EnumerateArray().Single(comment => comment.Text("commentText") == "Closing words");
        await DeleteAsync(server, closing.Text("commentID")!);
        await NoLongerHasAsync(ada, "Closing words");
        await slider.PressAsync("Home");
        await slider.PressAsync("End");
        await ada.SeesAsync("Last answer");
        await NoLongerHasAsync(ada, "Closing words");
        ada.AssertNoFault();
    }

    private static async Task<string> PostAsync(HttpClient client, string text, string? replyTo = null) => (await client.CallAsync("POST", "/live/show/comments",
        System.Text.Json.JsonSerializer.Serialize(new { commentText = text, replyToCommentID = replyTo }), System.Net.HttpStatusCode.Created)).Text("commentID")!;

    private static async Task DeleteAsync(TestServer server, string commentId)
    {
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("DELETE", $"/live/show/comments/{commentId}");
    }

    /// <summary>Waits until the text is nowhere in the page, visible or not.</summary>
    private static Task NoLongerHasAsync(Visitor visitor, string text = Text) =>
        Http.EventuallyAsync(async () => !(await visitor.Page.ContentAsync()).Contains(text, StringComparison.Ordinal), $"'{text}' is nowhere in the page");
}
