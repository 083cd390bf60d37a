using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>What a viewer can do about somebody who annoys or delights them.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PersonPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Whom_a_viewer_mutes_is_not_shown_to_them_until_they_want_it_again()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        using var loud = server.As(Role.Viewer);
        using var calm = server.As(Role.Viewer);
        await loud.CommentAsync(eventId, "so loud");
        await calm.CommentAsync(eventId, "quiet and calm");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        var page = ada.Page;
        var card = page.GetByRole(AriaRole.Dialog, new() { Name = "Who is this?" });

        await ada.UseToolAsync("so loud", "Who is this?");
        await card.Locator(".person-said").GetByText("so loud").WaitForAsync();
        Assert.False(await card.GetByText("quiet and calm").IsVisibleAsync());
        await card.GetByRole(AriaRole.Button, new() { Name = "Mute" }).ClickAsync();
        await HiddenAsync("so loud");
        Assert.True(await ada.Comment("quiet and calm").IsVisibleAsync());
        // What they write from now on is not shown either, also after a reload, and an answer does not quote it.
        var shout = await loud.CommentAsync(eventId, "even louder");
        await HiddenAsync("even louder");
        using var answer = await calm.SendCommentAsync(eventId, "an answer to that", replyTo: shout.Text("commentID"));
        await ada.Comment("an answer to that").GetByText("Somebody you have muted").WaitForAsync();
        await page.ReloadAsync();
        await ada.CaughtUpAsync();
        await ada.SeesAsync("quiet and calm");
        await HiddenAsync("even louder");
        // The keyboard does not stop at what is not shown.
        await ada.Log.FocusAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.Contains("quiet and calm", await page.EvaluateAsync<string>("document.activeElement.textContent"), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "1 muted" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Muted people" }).GetByText("Show again").ClickAsync();
        await ada.Comment("even louder").WaitForAsync();
        await page.Locator("#muted").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        ada.AssertNoFault();

        Task HiddenAsync(string text) => ada.Comment(text).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_viewer_mentions_and_reports_by_pressing_a_name_and_a_stranger_is_asked_to_log_in_first()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        using var author = server.As(Role.Viewer);
        using var moderator = server.As(Role.Administrator);
        await author.CommentAsync(eventId, "not nice");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        await ada.Composer.FillAsync("hello");
        var card = ada.Page.GetByRole(AriaRole.Dialog, new() { Name = "Who is this?" });
        await ada.Comment("not nice").Locator(".name").ClickAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Mention" }).ClickAsync();
        Assert.Matches("^hello @[^ ]+ $", await ada.Composer.InputValueAsync());

        await ada.Comment("not nice").Locator(".name").ClickAsync();
        await card.GetByText("Report this comment").ClickAsync();
        await card.GetByLabel("What is wrong with it?").FillAsync("It is an insult.");
        await card.GetByRole(AriaRole.Button, new() { Name = "Report", Exact = true }).ClickAsync();
        await card.GetByText("The moderators will look at it.").WaitForAsync();
        Assert.Contains("It is an insult.", (await moderator.CallAsync("GET", $"/live/{eventId}/moderation/queue?state=reported")).ToString(), StringComparison.Ordinal);
        ada.AssertNoFault();

        await using var stranger = await Visitor.ComeAsync(chromium, server);
        await stranger.WatchAsync("show");
        await stranger.Comment("not nice").Locator(".name").ClickAsync();
        var strangers = stranger.Page.GetByRole(AriaRole.Dialog, new() { Name = "Who is this?" });
        Assert.Equal(0, await strangers.GetByRole(AriaRole.Button, new() { Name = "Mention" }).CountAsync());
        await strangers.GetByText("Report this comment").ClickAsync();
        await strangers.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await stranger.Page.GetByRole(AriaRole.Dialog, new() { Name = "Log in" }).WaitForAsync();
        stranger.AssertNoFault();
    }
}
