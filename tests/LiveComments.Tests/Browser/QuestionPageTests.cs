using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>Questions beside the comments, voted up and answered, and the one that is on stage.</summary>
[Collection(BrowserCollection.Name)]
public sealed class QuestionPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Viewers_ask_and_vote_on_any_screen_and_a_moderator_puts_a_question_on_stage_and_answers_it()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show", """{"questions":true}""");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada", options: new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await using var mia = await Visitor.ComeAsync(chromium, server, "mia");
        await server.AppointAsync(eventId, mia.UserId!.Value);
        await using var overlay = await Visitor.ComeAsync(chromium, server);
        await overlay.WatchAsync("show", "?embed=overlay");
        await using var plain = await Visitor.ComeAsync(chromium, server);
        await plain.WatchAsync("show", "?embed=overlay&stage=off");
        await ada.WatchAsync("show");
        await mia.WatchAsync("show");

        // On a phone, in the list of questions, what is written is one.
        await ada.Page.Locator("#show-questions").TapAsync();
        await ada.Page.GetByText("Nobody has asked anything yet.").WaitForAsync();
        await AskAsync(ada, "Why is the sky blue?");
        await AskAsync(ada, "How far is the moon?");
        await Question(ada, "How far is the moon?").WaitForAsync();
        // Outside of it, by the button beside the text.
        await mia.WriteAsync("just a comment");
        await mia.SeesAsync("just a comment");
        await mia.Comment("Why is the sky blue?").GetByText("Question", new() { Exact = true }).WaitForAsync();
        await mia.Page.GetByRole(AriaRole.Button, new() { Name = "Ask as a question" }).ClickAsync();
        await AskAsync(mia, "When is lunch?");
        await mia.Page.GetByLabel("Write a comment").WaitForAsync();
        await Question(ada, "When is lunch?").WaitForAsync();
        Assert.Equal(["Why is the sky blue?", "How far is the moon?", "When is lunch?"], await TextsAsync(ada));

        // A vote counts at once, and the list is put in order when nobody points at it.
        await mia.Page.Locator("#show-questions").ClickAsync();
        await Vote(mia, "How far is the moon?").ClickAsync();
        await Vote(mia, "How far is the moon?").And(mia.Page.Locator("[aria-pressed=true]")).WaitForAsync();
        await Vote(ada, "How far is the moon?").GetByText("1", new() { Exact = true }).WaitForAsync();
        await Http.EventuallyAsync(async () => (await TextsAsync(ada))[0] == "How far is the moon?", "the question with a vote comes first");
        await mia.Page.ReloadAsync();
        await mia.CaughtUpAsync();
        await mia.Page.Locator("#show-questions").ClickAsync();
        await Vote(mia, "How far is the moon?").And(mia.Page.Locator("[aria-pressed=true]")).WaitForAsync();
        Assert.Equal("How far is the moon?", (await TextsAsync(mia))[0]);

        await UseToolAsync(mia, "How far is the moon?", "Put on stage");
        foreach (var visitor in new[] { ada, mia, overlay })
        {
            await Stage(visitor).GetByText("How far is the moon?").WaitForAsync();
            await Stage(visitor).GetByText("1 vote").WaitForAsync();
        }
        Assert.False(await Stage(plain).IsVisibleAsync());
        Assert.Equal(0, await Stage(ada).GetByRole(AriaRole.Button).CountAsync());

        await UseToolAsync(mia, "How far is the moon?", "Mark as answered");
        await Question(ada, "How far is the moon?").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Stage(overlay).GetByText("Answered").WaitForAsync();
        await Panel(ada).GetByRole(AriaRole.Button, new() { Name = "Answered" }).TapAsync();
        await Question(ada, "How far is the moon?").WaitForAsync();
        Assert.Equal(["How far is the moon?"], await TextsAsync(ada));

        await Stage(mia).GetByRole(AriaRole.Button, new() { Name = "Take off" }).ClickAsync();
        foreach (var visitor in new[] { ada, mia, overlay })
            await Stage(visitor).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        // Back to all comments, where the question is one of them.
        await Panel(ada).GetByRole(AriaRole.Button, new() { Name = "Back to all comments" }).TapAsync();
        await ada.Comment("How far is the moon?").GetByText("Answered", new() { Exact = true }).WaitForAsync();
        await ada.WriteAsync("thanks");
        await ada.SeesAsync("thanks");
        Assert.False(await ada.Comment("thanks").Locator(".question-mark").IsVisibleAsync());
        foreach (var visitor in new[] { ada, mia, overlay, plain })
            visitor.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_welcome_stands_above_the_field_until_it_is_closed_and_does_not_come_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show", """{"welcome":"Be kind.\nRules: https://example.org/rules <b>"}""");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        var welcome = ada.Page.Locator("#welcome");
        Assert.Equal("Be kind.\nRules: https://example.org/rules <b>", await welcome.Locator("p").TextContentAsync());
        Assert.Equal("https://example.org/rules", await welcome.Locator("a").GetAttributeAsync("href"));
        await ada.WriteAsync("hello");
        await ada.SeesAsync("hello");
        Assert.True(await welcome.IsVisibleAsync());
        await welcome.GetByRole(AriaRole.Button, new() { Name = "Close the welcome" }).ClickAsync();
        Assert.True(await ada.Composer.EvaluateAsync<bool>("field => field === document.activeElement"));
        await ada.WatchAsync("show");
        Assert.False(await welcome.IsVisibleAsync());
        await using var overlay = await Visitor.ComeAsync(chromium, server);
        await overlay.WatchAsync("show", "?embed=overlay");
        Assert.False(await overlay.Page.Locator("#welcome").IsVisibleAsync());
        ada.AssertNoFault();
        overlay.AssertNoFault();
    }

    private static async Task AskAsync(Visitor visitor, string text)
    {
        await visitor.Page.GetByLabel("Ask a question", new() { Exact = true }).FillAsync(text);
        await visitor.Page.GetByLabel("Ask a question", new() { Exact = true }).PressAsync("Enter");
    }

    private static ILocator Panel(Visitor visitor) => visitor.Page.Locator("#questions");

    private static ILocator Stage(Visitor visitor) => visitor.Page.Locator("#on-stage");

    private static ILocator Question(Visitor visitor, string text) => Panel(visitor).Locator(".comment").Filter(new() { HasText = text });

    private static ILocator Vote(Visitor visitor, string text) => Question(visitor, text).Locator(".vote");

    private static Task<IReadOnlyList<string>> TextsAsync(Visitor visitor) => Panel(visitor).Locator(".text").AllTextContentsAsync();

    private static async Task UseToolAsync(Visitor visitor, string text, string tool)
    {
        await Question(visitor, text).Locator(".text").HoverAsync();
        await Question(visitor, text).GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = tool }).ClickAsync();
    }
}
