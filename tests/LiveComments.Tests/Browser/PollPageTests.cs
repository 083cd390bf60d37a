using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>A poll beside the comments: asked by a moderator, answered by viewers, and over a picture.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PollPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_moderator_asks_viewers_vote_and_see_the_result_grow_and_all_of_them_see_how_it_ends()
    {
        await using var server = await TestServer.StartAsync();
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var mia = await Visitor.ComeAsync(chromium, server, "mia");
        await server.AppointAsync(eventId, mia.UserId!.Value);
        await ada.WatchAsync("show");
        Assert.False(await ada.Page.Locator("#ask-poll").IsVisibleAsync());
        await mia.WatchAsync("show");
        await mia.Page.Locator("#ask-poll").ClickAsync();
        var dialog = mia.Page.GetByRole(AriaRole.Dialog, new() { Name = "New poll" });
        await dialog.GetByLabel("Question").FillAsync("Who wins?");
        await dialog.GetByLabel("Choice 1", new() { Exact = true }).FillAsync("Red");
        await dialog.GetByLabel("Choice 2", new() { Exact = true }).FillAsync("red");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open the poll" }).ClickAsync();
        await dialog.GetByText("Two options are the same.").WaitForAsync();
        await dialog.GetByLabel("Choice 2", new() { Exact = true }).FillAsync("Blue");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a choice" }).ClickAsync();
        await mia.Page.Keyboard.TypeAsync("Nobody");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove choice 3" }).ClickAsync();
        await dialog.GetByLabel("Closes", new() { Exact = true }).SelectOptionAsync("after 5 minutes");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open the poll" }).ClickAsync();

        // Nobody is led by the others before they have voted, and the moderator sees all.
        await Option(ada, "Red").WaitForAsync();
        await Panel(ada).GetByText("left").WaitForAsync();
        Assert.Equal(2, await Panel(ada).Locator(".poll-option").CountAsync());
        Assert.Equal(0, await Panel(ada).GetByText("%").CountAsync());
        await Panel(mia).GetByText("0 %").First.WaitForAsync();
        Assert.False(await mia.Page.Locator("#ask-poll").IsVisibleAsync());

        await Option(ada, "Blue").ClickAsync();
        await Option(ada, "Blue, 1 vote").And(ada.Page.Locator("[aria-pressed=true]")).WaitForAsync();
        await Option(mia, "Blue").GetByText("100 %").WaitForAsync();
        await Option(mia, "Red").ClickAsync();
        await Option(ada, "Red").GetByText("50 %").WaitForAsync();
        // She changes her mind, with the keyboard, and it is so after a reload.
        await Option(ada, "Red").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Option(mia, "Red").GetByText("100 %").WaitForAsync();
        await ada.Page.ReloadAsync();
        await Option(ada, "Red, 2 votes").And(ada.Page.Locator("[aria-pressed=true]")).WaitForAsync();

        await Panel(mia).GetByRole(AriaRole.Button, new() { Name = "Close the poll" }).ClickAsync();
        await Panel(ada).GetByText("2 votes · closed").WaitForAsync();
        await Panel(ada).GetByRole(AriaRole.Button, new() { Name = "Hide" }).ClickAsync();
        await Panel(ada).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await Panel(mia).GetByRole(AriaRole.Button, new() { Name = "Take away" }).ClickAsync();
        await mia.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Take away" }).ClickAsync();
        await Panel(mia).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await mia.Page.Locator("#ask-poll").WaitForAsync();
        ada.AssertNoFault();
        mia.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_stranger_votes_by_signing_up_and_an_overlay_shows_the_poll_unless_it_is_told_not_to()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        using var administrator = server.As(LiveComments.Accounts.Role.Administrator);
        await administrator.CallAsync("POST", "/live/show/polls", """{"question":"Who wins?","options":["Red","Blue"]}""", System.Net.HttpStatusCode.Created);
        await using var overlay = await Visitor.ComeAsync(chromium, server);
        await overlay.WatchAsync("show", "?embed=overlay");
        await Option(overlay, "Blue").GetByText("0 %").WaitForAsync();
        await using var plain = await Visitor.ComeAsync(chromium, server);
        await plain.WatchAsync("show", "?embed=overlay&polls=off");

        await using var stranger = await Visitor.ComeAsync(chromium, server);
        await stranger.WatchAsync("show");
        await Option(stranger, "Blue").ClickAsync();
        var dialog = stranger.Page.GetByRole(AriaRole.Dialog, new() { Name = "Sign up" });
        await dialog.GetByText("Sign up to vote.").WaitForAsync();
        await dialog.GetByLabel("Name").FillAsync("newcomer");
        await dialog.GetByLabel("E-mail").FillAsync("newcomer@example.org");
        await dialog.GetByLabel("Password").FillAsync("correct horse battery");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sign up" }).ClickAsync();
        await Option(stranger, "Blue, 1 vote").And(stranger.Page.Locator("[aria-pressed=true]")).WaitForAsync();
        await Option(overlay, "Blue").GetByText("100 %").WaitForAsync();
        Assert.False(await Panel(plain).IsVisibleAsync());
        foreach (var visitor in new[] { overlay, plain, stranger })
            visitor.AssertNoFault();
    }

    private static ILocator Panel(Visitor visitor) => visitor.Page.Locator("#poll");

    /// <summary>An option by the beginning of what a screen reader says.</summary>
    private static ILocator Option(Visitor visitor, string name)
    {
        var parts = name.Split(", ");
        var option = Panel(visitor).Locator(".poll-option").Filter(new() { Has = visitor.Page.Locator(".poll-text").GetByText(parts[0], new() { Exact = true }) });
        return parts.Length > 1 ? option.Filter(new() { HasText = parts[1] }) : option;
    }
}
