using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The page of somebody whose comment waits for a moderator.</summary>
[Collection(BrowserCollection.Name)]
public sealed class HeldCommentPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Its_author_sees_that_it_waits_and_what_a_moderator_decided_and_others_see_only_what_is_approved()
    {
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>());
        var live = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await using var ben = await Visitor.ComeAsync(chromium, server, "ben");
        await ada.WatchAsync("show");
        await ben.WatchAsync("show");
        using var moderator = server.As(Role.Moderator);
        foreach (var (text, action, said) in ((string, string, string)[])[("hold the first", "approve", "Your comment was approved"), ("hold the second", "reject", "No advertising.")])
        {
            await ada.WriteAsync(text);
            var waiting = ada.Page.Locator(".comment.held", new PageLocatorOptions { HasText = text });
            await waiting.GetByText("Waiting for review").WaitForAsync();
            var id = (await moderator.CallAsync("GET", $"/live/{live}/moderation/queue"))[0].Text("commentID");
            await moderator.CallAsync("POST", $"/live/{live}/moderation/decisions", JsonSerializer.Serialize(new { action, commentIDs = (string[])[id!], reason = action == "reject" ? "No advertising." : null }));
            await ada.Page.GetByText(said).First.WaitForAsync();
            await waiting.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        }
        await ada.WriteAsync("for everybody");
        await ben.SeesAsync("for everybody");
        Assert.Equal(["hold the first", "for everybody"], await ben.TextsAsync());
        var rejected = ada.Comment("hold the second");
        await rejected.GetByText("Not shown: a moderator decided against it. No advertising.").WaitForAsync();
        await rejected.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Discard" }).ClickAsync();
        await ada.NoLongerSeesAsync("hold the second");
        ada.AssertNoFault();
        ben.AssertNoFault();
    }
}
