using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Telemetry;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation.Live;

/// <summary>
/// What moderators of this node watch, one feed for each event. While somebody watches, the store is asked once a second, whoever changed something and on whatever node; everybody is shown the
/// newest view, so that one who is slow misses steps and never the result.
/// </summary>
internal sealed partial class ModerationFeeds(
    IModerationStore store, ModerationQueue queue, IReplayQueries activity, IEventLog entries, ICommentQueries comments, EventFeeds feeds, Lookers lookers, OutcomesOfEvents outcomes, IAccountStore accounts,
    ProcessFault fault, TimeProvider time, ILogger<ModerationFeeds> log)
    : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Rows of a view.</summary>
    private const int MaxWaiting = 200, MaxReported = 50, MaxLines = 50;

    /// <summary>Seconds over which rates are taken.</summary>
    private const int Rate = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<EventId, Feed> _open = [];

    /// <summary>Begins to watch an event; to be disposed when nobody does any more.</summary>
    public Watching Watch(EventId id)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(id, out var feed))
            {
                _open[id] = feed = new Feed();
                feed.Running = RunAsync(id, feed);
            }
            feed.Watching++;
            return new Watching(this, id, feed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Feed[] left;
        lock (_lock)
            left = [.. _open.Values];
        foreach (var feed in left)
        {
            await feed.Stop.CancelAsync();
            await feed.Running;
        }
    }

    private void Leave(EventId id, Feed feed)
    {
        lock (_lock)
        {
            if (--feed.Watching > 0)
                return;
            _open.Remove(id);
            feed.Stop.Cancel();
        }
    }

    private async Task RunAsync(EventId id, Feed feed)
    {
        using var timer = new PeriodicTimer(Period, time);
        var firsts = new FirstComments(id, entries, comments);
        var lately = outcomes.Watch(id);
        var waits = false;
        try
        {
            do
            {
                try
                {
                    feed.Show(await ViewAsync(id, feed.View?.Number + 1 ?? 1, firsts, lately, feed.Stop.Token));
                    waits = false;
                }
                catch (StoreUnavailableException e)
                {
                    if (!waits)
                        LogWaits(log, id, e);
                    waits = true;
                }
            }
            while (await timer.WaitForNextTickAsync(feed.Stop.Token));
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
        finally
        {
            outcomes.Leave(id, lately);
        }
    }

    private async Task<ModerationView> ViewAsync(EventId id, long number, FirstComments firsts, RecentOutcomes outcomesHere, CancellationToken ct)
    {
        var held = await store.WaitingAsync(id, false, null, MaxWaiting, ct);
        var reported = await queue.ReportedAsync(id, MaxReported, ct);
        var lines = await store.AuditAsync(id, long.MaxValue, MaxLines, ct);
        var looks = lookers.In(id);
        var people = await accounts.ProfilesAsync(lines.SelectMany(line => (UserId?[])[line.Decision.By, line.Decision.User]).Concat(looks.Select(look => (UserId?)look.User)), ct);
        var items = new Dictionary<CommentId, byte[]>(held.Count + reported.Count);
        await firsts.ReadAsync(ct);
        var silent = await firsts.SilentAsync([.. held.Select(one => one.Draft.Author.Id)], ct);
        foreach (var one in held)
            items[one.Draft.Id] = Bytes((Held: one, IsFirst: silent.Contains(one.Draft.Author.Id)), static (json, one) => ModerationJson.Waiting(json, one.Held, one.IsFirst));
        foreach (var one in reported)
            items[one.Comment.Id] = Bytes(one, static (json, one) => ModerationJson.Reported(json, one.Reported, one.Comment));
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var lately = await activity.ActivityAsync(id, now.AddSeconds(-Rate), TimeSpan.FromSeconds(1), Rate, ct);
        return new ModerationView(number, items,
            [.. lines.Select(line => (line.Seq, Bytes((line, people), static (json, one) => ModerationJson.Line(json, one.line, one.people))))],
            [.. looks.Select(look => (look, Bytes((look, people), static (json, one) => Write(json, one.look, one.people))))],
            firsts.Latest, firsts.Count, outcomesHere.Read(), held.Count, reported.Count, feeds.Viewers(id), lately.Sum(one => one.Comments) / (double)Rate, lately.Sum(one => one.Reactions) / (double)Rate);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, Look look, IReadOnlyDictionary<UserId, Accounts.Profile> people)
    {
        json.WriteString("commentID"u8, look.Comment!.Value.Value);
        ModerationJson.Person(json, "user"u8, look.User, people);
    }

    private static byte[] Bytes<T>(T value, Action<System.Text.Json.Utf8JsonWriter, T> write) => JsonBuffer.Write((value, write), static (json, it) =>
    {
        json.WriteStartObject();
        it.write(json, it.value);
        json.WriteEndObject();
    }, static (bytes, _) => bytes.ToArray());

    [LoggerMessage(Level = LogLevel.Warning, Message = "The moderators of {Event} are shown nothing new until the store answers")]
    private static partial void LogWaits(ILogger log, EventId @event, Exception exception);

    /// <summary>One who watches.</summary>
    internal sealed class Watching(ModerationFeeds feeds, EventId id, Feed feed) : IDisposable
    {
        private bool _isOver;

        /// <summary>The newest view after one of a number, as soon as there is one.</summary>
        public async ValueTask<ModerationView> NextAsync(long number, CancellationToken ct)
        {
            while (true)
            {
                var next = feed.Next;
                if (feed.View is { } view && view.Number > number)
                    return view;
                await next.WaitAsync(ct);
            }
        }

        public void Dispose()
        {
            if (_isOver)
                return;
            _isOver = true;
            feeds.Leave(id, feed);
        }
    }

    internal sealed class Feed
    {
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ModerationView? _view;

        public int Watching { get; set; }

        public Task Running { get; set; } = Task.CompletedTask;

        public CancellationTokenSource Stop { get; } = new();

        public ModerationView? View => Volatile.Read(ref _view);

        /// <summary>Done when there is another view than the one that was there before it was asked for.</summary>
        public Task Next => Volatile.Read(ref _next).Task;

        public void Show(ModerationView view)
        {
            Volatile.Write(ref _view, view);
            Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }
}
