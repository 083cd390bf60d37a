using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

/// <summary>Who enlarges a page, or the letters of the browser, or turns the phone, loses nothing of it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SmallScreenTests(Chromium chromium)
{
    /// <summary>What has to be on the screen, whole, and what of it is cut off.</summary>
    private const string Lost = """
        () => {
          const lost = [];
          const see = (selector, inScreen) => {
            for (const one of document.querySelectorAll(selector)) {
              const { left, right, top, bottom, width } = one.getBoundingClientRect();
              if (width === 0 || getComputedStyle(one).visibility === 'hidden') continue;
              if (left < -1 || right > innerWidth + 1) lost.push(`${selector} is beside the screen`);
              if (inScreen && (top < -1 || bottom > innerHeight + 1)) lost.push(`${selector} is above or below the screen`);
              if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== 'ellipsis' && one.clientWidth > 0) lost.push(`${selector} is cut off: ${one.textContent}`);
            }
          };
          if (document.scrollingElement.scrollWidth > innerWidth + 1) lost.push('the page is wider than the screen');
          see('.chat-head :is(h2, a, button)', true);
          see('#composer :is(textarea, button)', true);
          see('.pinned-toggle', true);
          see('.top :is(a, button)', false);
          see('.comment .text', false);
          if (document.querySelector('#log').clientHeight < 40) lost.push('no room for a comment');
          return lost;
        }
        """;

    [RequiresFact(Chromium.Program)]
    public async Task Nothing_of_a_room_is_lost_at_twice_the_size_with_larger_letters_or_on_a_turned_phone()
    {
        await using var server = await TestServer.StartAsync();
        var id = await server.LiveEventAsync("show", """{"questions":true}""");
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("POST", "/live/show/polls", """{"question":"Who wins tonight?","options":["Red","Blue","It goes to penalties"]}""", System.Net.HttpStatusCode.Created);
        await server.PlaceCommentsAsync(id, new UserId(Guid.NewGuid()), "the first of them", "a comment of several words that goes on for more than a line on a narrow screen", "the last of them");
        foreach (var (width, height, letters) in ((int, int, int)[])[(640, 400, 16), (1280, 800, 32), (390, 844, 24), (844, 390, 24)])
        {
            await using var ada = await Visitor.ComeAsync(chromium, server, $"ada-{width}-{letters}", options: new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
            var browser = await ada.Context.NewCDPSessionAsync(ada.Page);
            await browser.SendAsync("Page.setFontSizes", new Dictionary<string, object> { ["fontSizes"] = new Dictionary<string, object> { ["standard"] = letters, ["fixed"] = letters } });
            await ada.WatchAsync("show");
            await ada.SeesAsync("the last of them");
            await ada.Page.Locator("#poll").WaitForAsync();
            // What the reader chose is what the page is written in.
            Assert.Equal(letters, await ada.Page.EvaluateAsync<double>("parseFloat(getComputedStyle(document.body).fontSize)"), 0.5);
            var lost = await ada.Page.EvaluateAsync<string[]>(Lost);
            Assert.True(lost.Length == 0, $"At {width} x {height} with letters of {letters}: {string.Join("; ", lost)}");
            // The questions have the place of the poll, too.
            await ada.Page.Locator("#show-questions").ClickAsync();
            await ada.Page.Locator("#poll").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
            await ada.Page.Locator("#questions .thread-head .icon-button").ClickAsync();
            await ada.Page.Locator("#poll").WaitForAsync();
            ada.AssertNoFault();
        }
    }
}
