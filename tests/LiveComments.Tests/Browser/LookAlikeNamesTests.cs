using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class LookAlikeNamesTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task Two_people_whose_names_look_the_same_are_shown_with_their_usernames()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        using var anna = await NamedAsync(server, "anna", "Anna");
        using var other = await NamedAsync(server, "trickster", "\u0410nna");
        using var ben = await NamedAsync(server, "ben", "Ben");
        await ada.WatchAsync("show");
        var first = (await anna.CommentAsync("show", "I am Anna")).Text("commentID")!;
        await ben.CommentAsync("show", "and I am Ben");
        await ada.SeesAsync("and I am Ben");
        Assert.False(await ada.Comment("I am Anna").Locator(".handle").IsVisibleAsync());

        // Somebody with a Cyrillic A: now neither name tells who it is, also of what was written before.
        await other.CommentAsync("show", "no, I am", replyTo: first);
        await Handle(ada.Comment("I am Anna"), "@anna");
        await Handle(ada.Comment("no, I am"), "@trickster");
        Assert.False(await ada.Comment("and I am Ben").Locator(".handle").IsVisibleAsync());
        Assert.Equal("Anna @anna: I am Anna", await ada.Comment("no, I am").Locator(".context").TextContentAsync());

        // In the thread, in the pinned comment and in what completes a mention.
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("PUT", "/live/show/moderation/pinned", $$"""{"commentID":"{{first}}"}""");
        await Handle(ada.PinnedRow("I am Anna"), "@anna");
        await ada.Comment("no, I am").Locator(".context").ClickAsync();
        var thread = ada.Page.Locator("#thread");
        await Handle(thread.Locator(".comment").Filter(new() { HasText = "no, I am" }), "@trickster");
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada.Composer.FillAsync("");
        await ada.Composer.PressSequentiallyAsync("＠ann");
        var options = ada.Page.GetByRole(AriaRole.Option);
        await options.Filter(new() { HasText = "@anna" }).WaitForAsync();
        ada.AssertNoFault();
    }

    private static Task Handle(ILocator row, string handle) => row.Locator(".handle").GetByText(handle, new() { Exact = true }).WaitForAsync();

    private static async Task<HttpClient> NamedAsync(TestServer server, string username, string displayName)
    {
        var client = server.Client((await server.RegisterAsync(username)).Text("token"));
        await client.CallAsync("PATCH", "/me", $$"""{"displayName":"{{displayName}}"}""");
        return client;
    }
}
