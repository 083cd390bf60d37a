using System.Diagnostics;
using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveComments.Tests.Browser;

/// <summary>
/// A page in a room as busy as one ever shows itself. Half a minute tells whether anything grows; <c>LIVECOMMENTS_SOAK_MINUTES=10</c>
/// makes it longer, and the test's output is the table of what the page held and how long it was busy.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class SoakTests(Chromium chromium, ITestOutputHelper output)
{
    private const int PerSecond = 200;
    private const int Samples = 10;
    /// <summary>Rows on a page that follows the newest.</summary>
    private const int Rows = 150;

    [RequiresFact(Chromium.Program)]
    public async Task A_page_in_a_busy_room_misses_nothing_and_holds_no_more_after_a_while_than_before()
    {
        var length = double.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes)
            ? TimeSpan.FromMinutes(minutes)
            : TimeSpan.FromSeconds(30);
        // Every comment is shown, also in a second in which a few more come.
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:DisplayBudget=100000");
        var eventId = await server.LiveEventAsync("show");
        await using var ada = await Visitor.ComeAsync(chromium, server, "ada");
        var connections = 0;
        ada.Page.WebSocket += (_, _) => connections++;
        // All of it, not what the page chooses for reading.
        await ada.Context.AddInitScriptAsync("""
            localStorage.setItem('livecomments-all', 'on');
            window.longTasks = [];
            new PerformanceObserver(list => longTasks.push(...list.getEntries().map(task => task.duration))).observe({ type: 'longtask' });
            """);
        await ada.WatchAsync("show");
        await ada.Page.EvaluateAsync("""
            async () => {
              const assets = document.querySelector('script[type=module]').src.replace(/pages[/]live[.]js$/, '');
              const { CommentStore } = await import(assets + 'js/store.js');
              const { take } = CommentStore.prototype;
              window.taken = 0;
              CommentStore.prototype.take = function () {
                const changes = take.call(this);
                taken += changes.placed.length;
                return changes;
              };
            }
            """);
        var cdp = await ada.Context.NewCDPSessionAsync(ada.Page);
        await cdp.SendAsync("Performance.enable");

        var samples = new List<Sample>();
        var crowd = new Crowd(server, "show");
        var talking = crowd.TalkAsync(length);
        output.WriteLine("| min | heap MB | DOM nodes | listeners | rows | long tasks | their ms | thread busy | posted | taken |");
        output.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        var before = await SampleAsync(ada, cdp);
        for (var i = 1; i <= Samples; i++)
        {
            await Task.WhenAny(talking, Task.Delay(length / Samples));
            var now = await SampleAsync(ada, cdp);
            var busy = (now.Busy - before.Busy) / (now.At - before.At);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {i * length.TotalMinutes / Samples:0.##} | {now.Heap / 1e6:0.00} | {now.Nodes} | {now.Listeners} | {now.Rows} | {now.LongTasks} | {now.LongTaskTime:0} | {busy:P0} | {crowd.Posted} | {now.Taken} |"));
            samples.Add(now);
            before = now;
        }
        await talking;

        await Http.EventuallyAsync(async () => await ada.Page.EvaluateAsync<int>("taken") >= crowd.Posted, "the page has every comment");
        Assert.Equal(crowd.Posted, await ada.Page.EvaluateAsync<int>("taken"));
        var newest = (await server.Anonymous.CommentsAsync("show", $"?limit={Rows}")).Select(comment => comment.Text("commentID")!).ToList();
        var shown = await ada.Log.Locator(".comment").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.id)");
        Assert.Equal(newest, shown);
        Assert.Equal(1, connections);
        Assert.All(samples, sample => Assert.InRange(sample.Rows, 1, Rows));
        // By now the page holds as many comments as it ever will.
        var settled = samples[(Samples / 2)..];
        var first = settled[0];
        Assert.All(settled, sample =>
        {
            Assert.True(sample.Heap < first.Heap + 400_000, $"The heap grew from {first.Heap} to {sample.Heap} bytes.");
            Assert.True(sample.Nodes < first.Nodes * 1.5, $"The nodes grew from {first.Nodes} to {sample.Nodes}.");
            Assert.True(sample.Listeners < first.Listeners * 1.5, $"The listeners grew from {first.Listeners} to {sample.Listeners}.");
        });
        ada.AssertNoFault();
    }

    private static async Task<Sample> SampleAsync(Visitor visitor, ICDPSession cdp)
    {
        await cdp.SendAsync("HeapProfiler.collectGarbage");
        var answer = (await cdp.SendAsync("Performance.getMetrics"))!.Value;
        var metrics = answer.GetProperty("metrics").EnumerateArray().ToDictionary(metric => metric.Text("name")!, metric => metric.GetProperty("value").GetDouble());
        var page = await visitor.Page.EvaluateAsync<double[]>("[longTasks.length, longTasks.reduce((sum, one) => sum + one, 0), taken, document.querySelectorAll('#list > .comment').length]");
        return new Sample(metrics["Timestamp"], metrics["JSHeapUsedSize"], (int)metrics["Nodes"], (int)metrics["JSEventListeners"], metrics["TaskDuration"], (int)page[0], page[1], (int)page[2], (int)page[3]);
    }

    /// <param name="At">Seconds.</param>
    /// <param name="Heap">Bytes of JavaScript that are in use after a collection.</param>
    /// <param name="Busy">Seconds that the page's thread has worked.</param>
    /// <param name="LongTasks">Tasks of more than 50 ms since the page came.</param>
    /// <param name="LongTaskTime">Their milliseconds together.</param>
    /// <param name="Taken">Comments that the client module has given to the page.</param>
    private sealed record Sample(double At, double Heap, int Nodes, int Listeners, double Busy, int LongTasks, double LongTaskTime, int Taken, int Rows);

    /// <summary>Twenty people who write, answer, mention and react as in a real chat, each over HTTP.</summary>
    private sealed class Crowd(TestServer server, string live)
    {
        private static readonly string[] Lines =
            [.. File.ReadLines(Path.Combine(Repository.Root, "src", "LiveComments.Server", "Demo", "chat.txt")).Where(line => line.Length > 0 && line[0] != '#')];

        private static readonly string[] Reactions = ["like", "like", "love", "haha", "wow"];

        private readonly Random _random = new(1);
        private readonly List<string> _recent = [];
        private int _posted;

        public int Posted => Volatile.Read(ref _posted);

        public async Task TalkAsync(TimeSpan length)
        {
            HttpClient[] people = [.. Enumerable.Range(0, 20).Select(_ => server.As(Role.Viewer))];
            var started = Stopwatch.StartNew();
            var begun = 0;
            while (started.Elapsed < length)
            {
                var due = (int)(started.Elapsed.TotalSeconds * PerSecond);
                var calls = new List<Task>();
                for (; begun < due; begun++)
                {
                    var person = people[_random.Next(people.Length)];
                    var line = Lines[begun % Lines.Length];
                    calls.Add(WriteAsync(person, begun % 500 == 499 ? $"@ada {line}" : line, _random.Next(10) == 0 ? Recent() : null));
                    if (_random.Next(2) == 0 && Recent() is { } liked)
                        calls.Add(person.SendAsync("POST", $"/live/{live}/comments/{liked}/reactions", $$"""{"reactionType":"{{Reactions[_random.Next(Reactions.Length)]}}"}"""));
                }
                await Task.WhenAll(calls);
                await Task.Delay(20);
            }
            foreach (var person in people)
                person.Dispose();
        }

        private async Task WriteAsync(HttpClient person, string text, string? replyTo)
        {
            var written = (await person.CommentAsync(live, text, replyTo: replyTo)).Text("commentID")!;
            Interlocked.Increment(ref _posted);
            lock (_recent)
            {
                _recent.Add(written);
                if (_recent.Count > 100)
                    _recent.RemoveAt(0);
            }
        }

        private string? Recent()
        {
            lock (_recent)
                return _recent.Count > 0 ? _recent[_random.Next(_recent.Count)] : null;
        }
    }
}
