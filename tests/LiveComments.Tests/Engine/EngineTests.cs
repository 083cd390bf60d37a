using LiveComments.Accounts;
using LiveComments.Akka;
using LiveComments.Comments;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Server.Commands;
using LiveComments.Tests.EndToEnd;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Engine;

/// <summary>How the comments of one event go to the store. The clock stands still until a test moves it.</summary>
public sealed class EngineTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTime _time = new();
    private readonly List<string> _answered = [];
    private TestServer _server = null!;
    private HeldLog _log = null!;
    private WatchedReactions _reactions = null!;
    private EventGates _gates = null!;
    private RoomFeed _feed = null!;
    private EventId _id;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder =>
        {
            var log = builder.Services.Single(service => service.ServiceType == typeof(IEventLog));
            builder.Services.Remove(log);
            builder.Services.AddSingleton<IEventLog>(provider => _log = new HeldLog((IEventLog)ActivatorUtilities.CreateInstance(provider, log.ImplementationType!)));
            var reactions = builder.Services.Single(service => service.ServiceType == typeof(IReactionStore));
            builder.Services.Remove(reactions);
            builder.Services.AddSingleton<IReactionStore>(provider => _reactions = new WatchedReactions((IReactionStore)ActivatorUtilities.CreateInstance(provider, reactions.ImplementationType!)));
            builder.Services.AddSingleton<TimeProvider>(_time);
        });
        var live = await _server.GoLiveAsync();
        _gates = _server.Services.GetRequiredService<LiveComments.Akka.Engine>().Gates;
        _id = new EventId(Guid.Parse(live));
        _feed = (await _server.Services.GetRequiredService<EventFeeds>().OpenAsync(_id))!;
        _log.Holds = true;
    }

    public async Task DisposeAsync()
    {
        _log.LetGo();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Comments_that_come_apart_are_under_way_together_and_are_shown_and_answered_in_their_order()
    {
        var head = _feed.Head.Seq;
        foreach (var text in new[] { "one", "two", "three" })
            await PostApartAsync(text);
        Assert.Equal([["one"], ["two"], ["three"]], _log.UnderWay.Select(call => call.Texts));

        _log.UnderWay[2].Answer();
        _log.UnderWay[1].Answer();
        await _log.UnderWay[2].Answered.WaitAsync(Patience);
        Assert.Empty(Answered());
        Assert.Equal(head, _feed.Head.Seq);

        _log.UnderWay[0].Answer();
        await Until(() => Answered().Length == 3);
        Assert.Equal(["one", "two", "three"], Answered());
        await Until(() => _feed.Head.Seq == head + 3);
    }

    [Fact]
    public async Task Comments_that_come_at_once_wait_for_those_under_way_and_become_one_write()
    {
        Post("one");
        await Until(() => _log.UnderWay.Count == 1);
        foreach (var text in new[] { "two", "three", "four" })
            Post(text);
        _log.UnderWay[0].Answer();
        await Until(() => _log.UnderWay.Count == 2);
        Assert.Equal(["two", "three", "four"], _log.UnderWay[1].Texts);
        _log.UnderWay[1].Answer();
        await Until(() => Answered().Length == 4);
    }

    [Fact]
    public async Task A_store_that_hangs_has_no_more_than_a_few_comments_of_one_event_under_way()
    {
        for (var i = 0; i < 8; i++)
            await PostApartAsync($"{i}");
        for (var i = 8; i < 50; i++)
        {
            Post($"{i}");
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        _log.LetGo();
        await Until(() => Answered().Length == 50);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), Answered());
    }

    [Fact]
    public async Task A_write_that_fails_refuses_its_own_comments_and_the_ones_behind_it_are_placed()
    {
        await PostApartAsync("lost");
        await PostApartAsync("kept");
        _log.UnderWay[1].Answer();
        await _log.UnderWay[1].Answered.WaitAsync(Patience);
        _log.UnderWay[0].Fail(new StoreUnavailableException("It fails."));
        await Until(() => Answered().Length == 2);
        Assert.Equal([$"{Error.StoreUnavailable.Code}: lost", "kept"], Answered());
    }

    [Fact]
    public async Task After_a_fault_nothing_is_taken_any_more_and_the_process_has_failed()
    {
        Assert.Equal(0, ServeCommand.ExitCode(_server.Services));
        Post("one");
        await Until(() => _log.UnderWay.Count == 1);
        _log.Holds = false;
        _log.UnderWay[0].Fail(new InvalidDataException("bad"));
        await Until(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            return !TryPost(new Told("later", this));
        });
        await Until(() => Answered().Contains("outcome-unknown: one"));
        await Until(() => ServeCommand.ExitCode(_server.Services) == 1);
    }

    [Fact]
    public async Task What_is_placed_while_a_feed_is_closed_is_in_the_next_one()
    {
        _log.Holds = false;
        var feeds = _server.Services.GetRequiredService<EventFeeds>();
        var before = _log.Before = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post("late");
        await Until(() => _log.IsWaiting);
        await Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            return feeds.Find(_id) is null;
        });
        var next = (await feeds.OpenAsync(_id))!;
        var head = next.Head.Seq;
        before.SetResult();
        await Until(() => Answered() is ["late"]);
        await Until(() => next.Head.Seq == head + 1);
    }

    [Fact]
    public async Task A_feed_that_is_closed_while_it_opens_is_given_to_nobody()
    {
        _log.Holds = false;
        var feeds = _server.Services.GetRequiredService<EventFeeds>();
        feeds.Close(_id, CloseCode.TryAgainLater, "");
        var reading = _log.BeforeReading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opening = feeds.OpenAsync(_id).AsTask();
        await Until(() => _log.Readers == 1);
        feeds.Close(_id, CloseCode.TryAgainLater, "");
        reading.SetResult();
        var feed = (await opening.WaitAsync(Patience))!;
        Assert.False(feed.Audience.IsRetired);
        Assert.Same(feed, feeds.Find(_id));
        var head = feed.Head.Seq;
        Post("told");
        await Until(() => feed.Head.Seq == head + 1);
    }

    [Fact]
    public async Task Reactions_that_a_store_which_hangs_may_still_read_do_not_change()
    {
        var (first, second) = (new ReactionDraft(new CommentId(Guid.NewGuid()), new UserId(Guid.NewGuid()), ReactionType.Like), new ReactionDraft(new CommentId(Guid.NewGuid()), new UserId(Guid.NewGuid()), ReactionType.Love));
        _reactions.Hangs = true;
        Assert.Equal(Error.OutcomeUnknown, (await ReactAsync(first)).Error);
        _reactions.Hangs = false;
        Assert.Equal(Error.CommentNotFound, (await ReactAsync(second)).Error);
        Assert.Equal([[first], [second]], _reactions.Given);

        async Task<ReactionResult> ReactAsync(ReactionDraft draft)
        {
            var reacted = new Reacted(draft);
            Assert.True(_gates.ReserveAsync(_id, 0, 1, TimeSpan.Zero).Result && _gates.TryPost(_id, reacted));
            return await reacted.Answer.Task.WaitAsync(Patience);
        }
    }

    private void Post(string text) => Assert.True(TryPost(new Told(text, this)));

    private bool TryPost(Told comment) => _gates.ReserveAsync(_id, 1, 0, TimeSpan.Zero).Result && _gates.TryPost(_id, comment);

    /// <summary>Posts, waits until the store has it, and lets as much time pass as makes the next one come apart.</summary>
    private async Task PostApartAsync(string text)
    {
        var before = _log.UnderWay.Count;
        Post(text);
        await Until(() => _log.UnderWay.Count == before + 1);
        _time.Advance(TimeSpan.FromMilliseconds(1));
    }

    private string[] Answered()
    {
        lock (_answered)
            return [.. _answered];
    }

    private static async Task Until(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It never came to this.");
            await Task.Delay(1);
        }
    }

    private sealed class Reacted(ReactionDraft draft) : Placement<ReactionDraft, ReactionResult>
    {
        public override ReactionDraft Draft => draft;

        public TaskCompletionSource<ReactionResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Complete(ReactionResult result) => Answer.SetResult(result);
    }

    private sealed class Told(string text, EngineTests test) : Placement<EntryDraft, AppendResult>
    {
        public override EntryDraft Draft { get; } = new CommentDraft(
            new CommentId(Guid.CreateVersion7()), new Author(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer), text, null, [], null, null);

        public override void Complete(AppendResult result)
        {
            lock (test._answered)
                test._answered.Add(result is AppendResult.Refused { Error: var error } ? $"{error.Code}: {text}" : text);
        }
    }

    /// <summary>The server's log, which keeps its answers about comments back until it is told to give them.</summary>
    private sealed class HeldLog(IEventLog log) : IEventLog
    {
        private readonly List<Call> _underWay = [];

        public bool Holds { get; set; }

        /// <summary>What the store waits for before it begins; null to begin at once.</summary>
        public TaskCompletionSource? Before { get; set; }

        /// <summary>True once it has waited for <see cref="Before"/>.</summary>
        public bool IsWaiting { get; private set; }

        /// <summary>Answers everything, also what comes later.</summary>
        public void LetGo()
        {
            Holds = false;
            foreach (var call in UnderWay)
                call.Answer();
        }

        public IReadOnlyList<Call> UnderWay
        {
            get
            {
                lock (_underWay)
                    return [.. _underWay];
            }
        }

        public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
        {
            if (Before is not null)
            {
                IsWaiting = true;
                await Before.Task;
            }
            var appending = log.AppendAsync(id, drafts, ct);
            if (!Holds)
                return await appending;
            var call = new Call([.. drafts.Cast<CommentDraft>().Select(draft => draft.Text)]);
            lock (_underWay)
                _underWay.Add(call);
            if (!Holds)
                call.Answer();
            return await call.HoldAsync(await appending);
        }

        public ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => log.ReadAsync(id, afterSeq, limit, ct);

        /// <summary>What the newest page waits for; null to read at once.</summary>
        public TaskCompletionSource? BeforeReading { get; set; }

        /// <summary>How often the newest page was asked for while it had to wait.</summary>
        public int Readers { get; private set; }

        public async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct)
        {
            if (BeforeReading is { } before)
            {
                Readers++;
                await before.Task;
            }
            return await log.ReadLatestAsync(id, beforeSeq, limit, ct);
        }

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => log.HeadsAsync(ids, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => log.DeleteAsync(id, ct);
    }

    /// <summary>The server's reactions, which hang when they are told to.</summary>
    private sealed class WatchedReactions(IReactionStore store) : IReactionStore
    {
        public List<IReadOnlyList<ReactionDraft>> Given { get; } = [];

        public bool Hangs { get; set; }

        public ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct)
        {
            Given.Add(drafts);
            return Hangs ? throw new StoreUnavailableException("It hangs.", outcomeUnknown: true) : store.ApplyAsync(id, drafts, ct);
        }

        public ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
            store.GivenByAsync(id, userId, comments, ct);

        public ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) => store.ChangedAsync(id, afterVersion, limit, ct);

        public ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) => store.TotalAsync(id, ct);
    }

    private sealed class Call(string[] texts)
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answered = new();

        public string[] Texts => texts;

        /// <summary>Completes when whoever called has the answer and has gone on as far as it could.</summary>
        public Task Answered => _answered.Task;

        public void Answer() => _gate.TrySetResult();

        public void Fail(Exception failure) => _gate.TrySetException(failure);

        public async ValueTask<IReadOnlyList<AppendResult>> HoldAsync(IReadOnlyList<AppendResult> results)
        {
            await _gate.Task;
            _ = Task.Run(_answered.SetResult);
            return results;
        }
    }
}
