using LiveComments.Ingest;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>The page of somebody who must show that they are human.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ChallengePageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task The_page_solves_a_proof_of_work_by_itself_and_says_so_only_when_it_takes_long()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Challenge:Difficulty=10");
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        await ada.WatchAsync("show");
        Challenge();
        await ada.WriteAsync("quickly solved");
        await ada.SeesAsync("quickly solved");

        // The next one begins late, because its worker comes late.
        var over = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/js/worker.js", async route =>
        {
            await over.Task;
            await route.ContinueAsync();
        });
        Challenge();
        await ada.WriteAsync("slowly solved");
        await ada.Page.GetByText("Checking that you are human").WaitForAsync();
        over.SetResult();
        await ada.SeesAsync("slowly solved");
        await ada.Page.GetByText("Checking that you are human").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });

        // Where a page may have no worker, it computes between its frames.
        await ada.Page.UnrouteAsync("**/js/worker.js");
        await ada.Page.RouteAsync("**/js/worker.js", route => route.AbortAsync());
        Challenge();
        await ada.WriteAsync("solved without a worker");
        await ada.SeesAsync("solved without a worker");
        Assert.Equal(["quickly solved", "slowly solved", "solved without a worker"], await ada.TextsAsync());
        Assert.Contains("livecomments_challenge_answers_total{verdict=\"right\"} 3", await server.Anonymous.GetStringAsync("/metrics"), StringComparison.Ordinal);
        ada.AssertNoFault();

        void Challenge()
        {
            for (var i = 0; i < Conduct.ChallengeFrom + 5; i++)
                server.Services.GetRequiredService<Escalation>().Strike(ada.UserId, null);
        }
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_providers_script_is_loaded_only_when_its_puzzle_is_asked_for()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true",
            "--LiveComments:Challenge:Provider=turnstile", "--LiveComments:Challenge:SiteKey=0x4key", "--LiveComments:Challenge:Secret=secret");
        await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        var loaded = 0;
        await ada.Page.RouteAsync("https://challenges.cloudflare.com/**", route =>
        {
            loaded++;
            // What the page hands to the provider's script.
            return route.FulfillAsync(new RouteFulfillOptions
            {
                ContentType = "text/javascript",
                Body = "globalThis.turnstile = { render: (place, options) => { place.textContent = ['A puzzle', options.sitekey, options.action, options.cData].join(' '); } };",
            });
        });
        await ada.WatchAsync("show");
        Assert.Equal(0, loaded);
        for (var i = 0; i < Conduct.ChallengeFrom + 5; i++)
            server.Services.GetRequiredService<Escalation>().Strike(ada.UserId, null);
        await ada.WriteAsync("am I human?");
        await ada.Page.GetByText($"A puzzle 0x4key comment {ada.UserId}").WaitForAsync();
        Assert.Equal(1, loaded);
        // Who closes it keeps the comment, to send it again.
        await ada.Page.GetByRole(AriaRole.Dialog).GetByLabel("Close").ClickAsync();
        await ada.Page.Locator(".comment.failed", new PageLocatorOptions { HasText = "am I human?" }).WaitForAsync();
        ada.AssertNoFault();
    }
}
