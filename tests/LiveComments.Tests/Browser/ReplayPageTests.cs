using System.Globalization;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ReplayPageTests(Chromium chromium)
{
    /// <summary>Notes, frame by frame, where the recording was when a text was first on the page.</summary>
    private const string Watch = """
        window.firstSeen = {};
        const look = () => {
          const slider = document.querySelector('.replay-slider');
          for (const text of document.querySelectorAll('[aria-label="Comments of the recording"] .text')) firstSeen[text.textContent] ??= Number(slider.value);
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """;

    private const string Video = "https://video.example/show.mp4";

    [RequiresFact(Chromium.Program)]
    public async Task An_ended_event_plays_back_as_it_was()
    {
        await using var server = await Recording.StartAsync();
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Context.AddInitScriptAsync(Watch);
        await ada.Page.GotoAsync("/live/show");
        var slider = ada.Page.GetByLabel("Place in the recording");

        // It plays by itself, as fast as one says; each comment is there from its moment on, and what was removed is not there at all.
        await Button(ada, "Pause").WaitForAsync();
        await ada.SeesAsync("Opening words");
        await ada.Page.GetByLabel("Speed").SelectOptionAsync("8");
        await Http.EventuallyAsync(async () => await PaceAsync(slider) is > 5 and < 11, "the recording runs eight times as fast");
        await ada.SeesAsync("Twenty seconds in");
        var seen = JsonDocument.Parse(await ada.Page.EvaluateAsync<string>("JSON.stringify(firstSeen)")).RootElement;
        Assert.Equal(["Opening words", "Ten seconds in", "Twenty seconds in"], seen.EnumerateObject().Select(one => one.Name));
        Assert.InRange(seen.GetProperty("Opening words").GetInt32(), 0, 9_999);
        Assert.InRange(seen.GetProperty("Ten seconds in").GetInt32(), 10_000, 19_999);
        Assert.InRange(seen.GetProperty("Twenty seconds in").GetInt32(), 20_000, 599_999);

        // Counts grow while it plays past those who reacted.
        await SeekAsync(slider, new TimeSpan(0, 11, 50));
        await ada.Comment("Closing words").GetByLabel("Love, 1").WaitForAsync();
        await ada.Comment("Closing words").GetByLabel("Love, 2").WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task The_keyboard_goes_through_a_replay_and_a_removal_acts_at_once()
    {
        await using var server = await Recording.StartAsync();
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync("/live/show");
        await Button(ada, "Pause").WaitForAsync();
        var slider = ada.Page.GetByLabel("Place in the recording");
        await slider.PressAsync("Space");
        await Button(ada, "Play").WaitForAsync();
        var held = await slider.InputValueAsync();

        await slider.PressAsync("End");
        await ada.Comment("Closing words").GetByLabel("Love, 2").WaitForAsync();
        Assert.Equal("20:00 of 20:00", await slider.GetAttributeAsync("aria-valuetext"));
        await slider.PressAsync("Home");
        await ada.NoLongerSeesAsync("Closing words");
        Assert.Equal(["Opening words"], await ada.TextsAsync());
        await slider.PressAsync("ArrowRight");
        await slider.PressAsync("ArrowRight");
        await ada.SeesAsync("Ten seconds in");
        await SeekAsync(slider, new TimeSpan(0, 11, 30));
        await ada.Comment("Closing words").GetByLabel("Love, 1").WaitForAsync();
        // Held, it stays where it was put.
        Assert.NotEqual(held, await slider.InputValueAsync());
        Assert.Equal("11:30 of 20:00", await slider.GetAttributeAsync("aria-valuetext"));

        await ada.Page.Locator("html[data-connection=caught-up]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        using var administrator = server.As(Role.Administrator);
        var closing = (await administrator.CallAsync("GET", "/live/show/comments")).EnumerateArray().Single(comment => comment.Text("commentText") == "Closing words");
        await administrator.CallAsync("DELETE", $"/live/show/comments/{closing.Text("commentID")}");
        await ada.NoLongerSeesAsync("Closing words");
        await slider.PressAsync("Home");
        await ada.NoLongerSeesAsync("Twenty seconds in");
        await slider.PressAsync("End");
        await ada.SeesAsync("Twenty seconds in");
        Assert.Equal(["Opening words", "Ten seconds in", "Twenty seconds in", "Last answer"], await ada.TextsAsync());
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_place_whose_comments_do_not_come_says_so_until_they_do()
    {
        await using var server = await Recording.StartAsync();
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ada.Page.GotoAsync("/live/show");
        await ada.SeesAsync("Opening words");
        await ada.Page.RouteAsync("**/live/show/replay/*", route => route.AbortAsync());
        await SeekAsync(ada.Page.GetByLabel("Place in the recording"), new TimeSpan(0, 11, 50));
        var trouble = ada.Page.GetByText("Comments cannot be loaded.");
        await trouble.WaitForAsync();
        await ada.Page.UnrouteAsync("**/live/show/replay/*");
        await ada.Comment("Closing words").GetByLabel("Love, 1").WaitForAsync();
        await trouble.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        // It goes on playing from there.
        await ada.Comment("Closing words").GetByLabel("Love, 2").WaitForAsync();
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Without_its_video_a_replay_runs_on_its_own_clock()
    {
        await using var server = await Recording.StartAsync(Video);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        var gone = new TaskCompletionSource();
        await ada.Page.RouteAsync(Video, async route =>
        {
            await gone.Task;
            await route.FulfillAsync(new() { Status = 404 });
        });
        await ada.Page.GotoAsync("/live/show");
        var slider = ada.Page.GetByLabel("Place in the recording");
        await slider.WaitForAsync();
        gone.SetResult();
        await PlaysAsync();

        // It may be known to be gone before the replay is there.
        var known = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/live/show/replay", async route =>
        {
            await known.Task;
            await route.ContinueAsync();
        });
        await ada.Page.ReloadAsync();
        await VideoAsync(ada, "video.error !== null");
        known.SetResult();
        await PlaysAsync();
        await Button(ada, "Pause").ClickAsync();
        await Button(ada, "Play").ClickAsync();
        await SeekAsync(slider, new TimeSpan(0, 11, 50));
        await ada.Comment("Closing words").GetByLabel("Love, 2").WaitForAsync();
        ada.AssertNoFault();

        async Task PlaysAsync()
        {
            await Button(ada, "Pause").WaitForAsync();
            await ada.Page.GetByLabel("Speed").SelectOptionAsync("8");
            await ada.SeesAsync("Ten seconds in");
        }
    }

    [RequiresFact(Chromium.Program)]
    public async Task Comments_follow_a_video_that_plays_before_the_replay_is_there()
    {
        await using var server = await Recording.StartAsync(Video);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ServeVideoAsync(ada);
        var playing = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/live/show/replay", async route =>
        {
            await playing.Task;
            await route.ContinueAsync();
        });
        await ada.Page.GotoAsync("/live/show");
        await VideoAsync(ada, "video.currentTime > 0");
        playing.SetResult();
        await ada.SeesAsync("Opening words");
        await ada.Page.GetByLabel("Speed").SelectOptionAsync("8");
        await ada.SeesAsync("Twenty seconds in");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Comments_follow_a_video_that_plays_on_when_its_event_ends()
    {
        await using var server = await Recording.StartAsync(Video, ended: false);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ServeVideoAsync(ada);
        await ada.WatchAsync("show");
        await VideoAsync(ada, "video.currentTime > 0");
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("POST", "/events/show/end");
        var slider = ada.Page.GetByLabel("Place in the recording");
        await slider.WaitForAsync();
        // It plays on, but who saw it end reads on in peace.
        await Button(ada, "Pause").WaitForAsync();
        await ada.SeesAsync("Closing words");
        await SeekAsync(slider, new TimeSpan(0, 0, 6));
        await ada.NoLongerSeesAsync("Closing words");
        await ada.SeesAsync("Ten seconds in");
        ada.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task Another_recording_goes_on_where_the_one_before_it_was()
    {
        await using var server = await Recording.StartAsync(Video);
        await using var ada = await Visitor.ComeAsync(chromium, server);
        await ServeVideoAsync(ada);
        await ada.WatchAsync("show");
        var slider = ada.Page.GetByLabel("Place in the recording");
        await SeekAsync(slider, new TimeSpan(0, 11, 30));
        await ada.Comment("Closing words").GetByLabel("Love, 1").WaitForAsync();
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", "/events/show", """{"settings":{"videoUrl":"https://video.example/better.mp4"}}""");
        await VideoAsync(ada, "video.src.endsWith('better.mp4')");
        await SeekAsync(slider, new TimeSpan(0, 11, 58));
        await ada.Comment("Closing words").GetByLabel("Love, 2").WaitForAsync();
        await Button(ada, "Pause").ClickAsync();
        await VideoAsync(ada, "video.paused && video.currentTime > 700");
        ada.AssertNoFault();
    }

    /// <summary>Twenty minutes of silence, which a browser plays as well as pictures.</summary>
    private static async Task ServeVideoAsync(Visitor visitor)
    {
        const int Rate = 4_000;
        var samples = (int)Recording.Length.TotalSeconds * Rate;
        var file = new byte[44 + samples];
        file.AsSpan(44).Fill(0x80);
        using var header = new BinaryWriter(new MemoryStream(file));
        header.Write("RIFF"u8);
        header.Write(36 + samples);
        header.Write("WAVEfmt "u8);
        header.Write(16);
        // PCM, one channel, samples of one byte.
        header.Write((short)1);
        header.Write((short)1);
        header.Write(Rate);
        header.Write(Rate);
        header.Write((short)1);
        header.Write((short)8);
        header.Write("data"u8);
        header.Write(samples);
        await visitor.Page.RouteAsync("https://video.example/*", async route =>
        {
            // Where no part can be asked for, nobody can jump.
            var from = int.Parse(route.Request.Headers.GetValueOrDefault("range", "bytes=0-")[6..].Split('-')[0], CultureInfo.InvariantCulture);
            await route.FulfillAsync(new()
            {
                Status = 206,
                ContentType = "audio/wav",
                Headers = new Dictionary<string, string> { ["Accept-Ranges"] = "bytes", ["Content-Range"] = $"bytes {from}-{file.Length - 1}/{file.Length}" },
                BodyBytes = file[from..],
            });
        });
    }

    private static Task VideoAsync(Visitor visitor, string condition) =>
        Http.EventuallyAsync(() => visitor.Page.EvaluateAsync<bool>($"(video => Boolean(video && {condition}))(document.querySelector('video'))"), condition);

    private static ILocator Button(Visitor visitor, string name) => visitor.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static Task SeekAsync(ILocator slider, TimeSpan place) =>
        slider.EvaluateAsync("(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input')); }", place.TotalMilliseconds);

    /// <summary>How far the recording goes in a second of the page's own clock, looked at for two seconds.</summary>
    private static Task<double> PaceAsync(ILocator slider) => slider.EvaluateAsync<double>("""
        slider => new Promise(resolve => {
          const [from, at] = [slider.value, performance.now()];
          setTimeout(() => resolve((slider.value - from) / (performance.now() - at)), 2000);
        })
        """);
}
