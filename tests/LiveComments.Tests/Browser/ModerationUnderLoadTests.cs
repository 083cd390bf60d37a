using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveComments.Tests.Browser;

/// <summary>The moderators' page while a crowd writes. With LIVECOMMENTS_CONSOLE_SECONDS in the environment it takes so long, and its figures are those of docs/moderation.md.</summary>
[Collection(StaffBrowserCollection.Name)]
public sealed class ModerationUnderLoadTests(Chromium chromium, ITestOutputHelper output)
{
    private const int CommentsPerSecond = 50;

    /// <summary>So many that nobody reaches the limit of one person.</summary>
    private const int Writers = 150;

    [RequiresFact(Chromium.Program)]
    public async Task At_50_comments_a_second_no_row_moves_under_the_selection_and_what_a_key_deletes_is_gone_for_viewers()
    {
        var length = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("LIVECOMMENTS_CONSOLE_SECONDS") ?? "10", CultureInfo.InvariantCulture));
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>());
        var id = await server.LiveEventAsync("show");
        await using var mia = await Visitor.ComeAsync(chromium, server, "mia", options: new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 860 } });
        await server.AppointAsync(id, mia.UserId!.Value);
        var page = mia.Page;
        await page.AddInitScriptAsync("window.longTasks = []; new PerformanceObserver(list => longTasks.push(...list.getEntries().map(one => one.duration))).observe({ type: 'longtask' });");
        await page.GotoAsync("/moderation/show");
        await page.Locator(".connection.is-open").WaitForAsync();
        await using var viewer = new Removals(await StreamClient.WebSocketAsync(server, id));
        await page.EvaluateAsync("longTasks.length = 0");

        using var over = new CancellationTokenSource();
        var writing = WriteAsync(server, id, over.Token);
        var started = Stopwatch.GetTimestamp();
        var toRemoval = new List<double>();
        try
        {
            await page.Locator(".queue-row").First.WaitForAsync();
            while (Stopwatch.GetElapsedTime(started) < length || toRemoval.Count < 3)
            {
                await page.Keyboard.PressAsync("c");
                var row = page.Locator(".chat-row.selected");
                await row.WaitForAsync();
                var comment = (await row.GetAttributeAsync("data-id"))!;
                var place = await PlaceAsync(row);
                var missed = await MissedAsync(page);
                // More comes, and nothing moves.
                await Assertions.Expect(page.Locator(".chat > .fresh")).Not.ToHaveTextAsync(missed);
                Assert.Equal((comment, place), (await row.GetAttributeAsync("data-id"), await PlaceAsync(row)));
                var pressed = Stopwatch.GetTimestamp();
                await page.Keyboard.PressAsync("d");
                toRemoval.Add(await viewer.SeenAsync(comment, pressed));

                // The same in the queue, where rows come too.
                await page.Keyboard.PressAsync("q");
                var held = page.Locator(".queue-row.selected");
                await held.WaitForAsync();
                var (text, stood) = (await held.Locator(".row-text").TextContentAsync(), await PlaceAsync(held));
                await page.Locator(".queue-head .fresh:not([hidden])").WaitForAsync();
                Assert.Equal((text, stood), (await held.Locator(".row-text").TextContentAsync(), await PlaceAsync(held)));
                await page.Keyboard.PressAsync("Escape");
            }
        }
        finally
        {
            await over.CancelAsync();
        }
        var (written, took) = (await writing, Stopwatch.GetElapsedTime(started));
        var tasks = await page.EvaluateAsync<double[]>("longTasks");
        var heap = await HeapAsync(page);
        toRemoval.Sort();
        output.WriteLine($"{written / took.TotalSeconds:0.0} comments/s for {took.TotalSeconds:0} s; key to a viewer's socket: median {toRemoval[toRemoval.Count / 2]:0} ms, slowest {toRemoval[^1]:0} ms of {toRemoval.Count}; "
            + $"tasks of more than 50 ms: {tasks.Length}, longest {tasks.DefaultIfEmpty().Max():0} ms; heap after: {heap / 1e6:0.0} MB; rows in the chat: {await page.Locator(".chat-row").CountAsync()}");
        mia.AssertNoFault();
    }

    private static async Task<(float X, float Y)> PlaceAsync(ILocator row) => await row.BoundingBoxAsync() is { } box ? (box.X, box.Y) : default;

    private static async Task<string> MissedAsync(IPage page) => await page.Locator(".chat > .fresh").TextContentAsync() ?? "";

    private static async Task<double> HeapAsync(IPage page)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("HeapProfiler.collectGarbage");
        return await page.EvaluateAsync<double>("performance.memory.usedJSHeapSize");
    }

    /// <summary>Lets many people write until it is over; how many comments were taken.</summary>
    private static async Task<int> WriteAsync(TestServer server, string id, CancellationToken over)
    {
        var people = Enumerable.Range(0, Writers).Select(_ => server.As(Role.Viewer, new UserId(Guid.NewGuid()))).ToArray();
        var (taken, number) = (0, 0);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var answers = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                for (var i = 0; i < CommentsPerSecond / 10; i++)
                    answers.Add(SendAsync(number++));
                answers.RemoveAll(static answer => answer.IsCompleted);
            }
        }
        catch (OperationCanceledException)
        {
        }
        await Task.WhenAll(answers);
        foreach (var client in people)
            client.Dispose();
        return taken;

        async Task SendAsync(int n)
        {
            var text = n % CommentsPerSecond == 0 ? $"hold number {n}" : $"comment {n}, and what a crowd writes";
            using var answer = await people[n % Writers].SendAsync("POST", $"/live/{id}/comments", JsonSerializer.Serialize(new { commentText = text }));
            if (answer.IsSuccessStatusCode)
                Interlocked.Increment(ref taken);
        }
    }

    /// <summary>Which comments a viewer has seen go, and when.</summary>
    private sealed class Removals : IAsyncDisposable
    {
        private readonly StreamClient _stream;
        private readonly Dictionary<string, long> _seen = [];
        private readonly Task _reading;

        public Removals(StreamClient stream)
        {
            _stream = stream;
            _reading = ReadAsync();
        }

        /// <summary>Milliseconds from a time until the viewer has seen it.</summary>
        public async Task<double> SeenAsync(string comment, long since)
        {
            await Http.EventuallyAsync(() => Task.FromResult(At(comment) is not null), "the viewer has seen the comment go");
            return Stopwatch.GetElapsedTime(since, At(comment)!.Value).TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            await _stream.DisposeAsync();
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private long? At(string comment)
        {
            lock (_seen)
                return _seen.TryGetValue(comment, out var at) ? at : null;
        }

        private async Task ReadAsync()
        {
            while (await _stream.NextAsync() is { } message)
            {
                var at = Stopwatch.GetTimestamp();
                if (message.Text("type") != "batch" || !message.TryGetProperty("entries", out var entries))
                    continue;
                foreach (var entry in entries.EnumerateArray())
                    if (entry.Text("type") == "removed")
                        lock (_seen)
                            _seen.TryAdd(entry.Text("commentID")!, at);
            }
        }
    }
}
