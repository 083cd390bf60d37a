using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Streams;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LiveComments.Accounts;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Reactions;
using LiveComments.Telemetry;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Engine;

/// <summary>The pipeline between the doors and the events' actors, whose place a probe takes. The clock stands still until a test moves it.</summary>
public sealed class IngestGraphTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WatchedTime _time = new();
    private readonly WillfulScorer _scorer = new();
    private readonly TestProbe _events;
    private readonly List<(IActorRef Sender, Place Place)> _asked = [];
    private readonly EngineOptions _options = new() { CommentQueue = 16, ReactionQueue = 16, MaxWait = TimeSpan.FromHours(1) };
    private TestServer _server = null!;
    private EngineParts _parts = null!;
    private EventGates _gates = null!;
    private IngestGraph _graph = null!;
    private LiveEvent _event = null!;
    private LiveEvent _other = null!;

    public IngestGraphTests() => _events = CreateTestProbe();

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder =>
        {
            builder.Services.AddSingleton<IScorer>(_scorer);
            builder.Services.AddSingleton<TimeProvider>(_time);
        });
        var services = _server.Services;
        (_event, _other) = (await LiveAsync(), await LiveAsync());
        _parts = new EngineParts(
            services.GetRequiredService<IEventLog>(), services.GetRequiredService<IReactionStore>(), services.GetRequiredService<IPollStore>(), services.GetRequiredService<IModerationStore>(), Options.Create(_options), services.GetRequiredService<EngineMetrics>(), services.GetRequiredService<ProcessFault>(), _time);
        var materializer = Sys.Materializer();
        _gates = new EventGates(_parts, () => _events, () => materializer);
        _graph = new IngestGraph(services.GetRequiredService<Stages>(), new IngestOptions { Queue = 16 }, _gates, _parts, materializer);

        async Task<LiveEvent> LiveAsync() => (await services.GetRequiredService<EventDirectory>().FindAsync(await _server.GoLiveAsync(), default))!;
    }

    public async Task DisposeAsync()
    {
        _scorer.LetGo();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_one_read_of_a_socket_brought_is_one_ask_for_comments_and_one_for_reactions()
    {
        var asker = new Recorder();
        var offer = Offer(asker, _event, "one", "two", "three");
        var comment = new CommentId(Guid.CreateVersion7());
        foreach (var type in new[] { "like", "wow" })
            Add(offer, comment, type);
        await TakeAsync(offer);
        var messages = new[] { await _events.ExpectMsgAsync<IEventMessage>(Patience), await _events.ExpectMsgAsync<IEventMessage>(Patience) };
        Assert.Equal(["one", "two", "three"], messages.OfType<Place>().Single().Drafts.Cast<CommentDraft>().Select(draft => draft.Text));
        Assert.Equal([ReactionType.Like, ReactionType.Wow], messages.OfType<React>().Single().Drafts.Select(draft => draft.Type!.Value));
        Assert.Empty(asker.Answers);
    }

    [Fact]
    public async Task What_a_stage_refuses_goes_no_further_and_the_rest_of_its_offer_does()
    {
        var asker = new Recorder();
        await TakeAsync(Offer(asker, _event, "", "fine", new string('x', 600)));
        Assert.Equal(["fine"], await PlacedAsync());
        Assert.Equal(["text-empty", "text-too-long"], asker.Answers);
    }

    [Fact]
    public async Task A_full_event_stops_whoever_writes_in_it_and_nobody_else()
    {
        var asker = new Recorder { Waits = Patience };
        // The actor does not answer: eight are asked for, and then as many wait as the queue holds.
        var asked = 0;
        while (asked < EventActor.SideBySide)
        {
            await TakeAsync(Offer(asker, _event, $"{asked++}"));
            await PlacedAsync();
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        await Until(async () =>
        {
            var offer = Offer(new Recorder(), _event, "waits");
            await TakeAsync(offer);
            return ((Recorder)offer.Asker).Answers.Contains("busy");
        });
        var stopped = TakeAsync(Offer(asker, _event, "stopped"));
        await TakeAsync(Offer(new Recorder(), _other, "elsewhere"));
        Assert.Equal(["elsewhere"], await PlacedAsync());
        Assert.False(stopped.IsCompleted);
        Assert.Empty(asker.Answers);
        // The actor answers the eight, so that the next are asked for and a place is free.
        AnswerAsked();
        await stopped.WaitAsync(Patience);
        Assert.DoesNotContain("busy", asker.Answers);
    }

    [Fact]
    public async Task A_scorer_that_hangs_holds_up_its_own_comment_until_the_budget_is_spent_and_no_other()
    {
        var hung = TakeAsync(Offer(new Recorder(), _event, "hang"));
        await _scorer.Hangs.WaitAsync(Patience);
        await TakeAsync(Offer(new Recorder(), _event, "quick"));
        Assert.Equal(["quick"], await PlacedAsync());
        Assert.False(hung.IsCompleted);
        AnswerAsked();
        await SpendBudgetAsync(hung);
        Assert.Equal(["hang"], await PlacedAsync());
    }

    [Fact]
    public async Task A_scorer_that_throws_has_no_say()
    {
        await TakeAsync(Offer(new Recorder(), _event, "throw"));
        Assert.Equal(["throw"], await PlacedAsync());
        AnswerAsked();
        await TakeAsync(Offer(new Recorder(), _event, "throw later"));
        Assert.Equal(["throw later"], await PlacedAsync());
    }

    [Fact]
    public async Task A_scorer_that_is_slow_is_heeded_and_one_who_writes_waits_for_it()
    {
        var asker = new Recorder();
        var slow = TakeAsync(Offer(asker, _event, "slow", "second"));
        await _scorer.IsAsked.WaitAsync(Patience);
        await TakeAsync(Offer(new Recorder(), _event, "quick"));
        Assert.Equal(["quick"], await PlacedAsync());
        Assert.False(slow.IsCompleted);
        AnswerAsked();
        _scorer.LetGo();
        Assert.Equal(["second"], await PlacedAsync());
        await slow.WaitAsync(Patience);
        Assert.Equal(["text-refused"], asker.Answers);
    }

    [Fact]
    public async Task A_refused_comment_with_a_key_is_asked_for_all_the_same_because_an_earlier_try_may_be_placed()
    {
        var asker = new Recorder();
        _scorer.LetGo();
        var offer = NewOffer(asker);
        offer.Add(new CommentRequest(null, null, "slow", null, "key", null, _time.GetTimestamp()));
        Written(offer, _event);
        await TakeAsync(offer);
        var place = await _events.ExpectMsgAsync<Place>(Patience);
        Assert.Equal(Error.TextRefused, Assert.IsType<CommentDraft>(Assert.Single(place.Drafts)).Refusal?.Error);
        Assert.Empty(asker.Answers);
        _events.Reply(new Stored<AppendResult>([new AppendResult.Repeated(default, new Position(1, 2), default)]));
        await Until(() => Task.FromResult(asker.Answers.Contains("placed")));
    }

    [Fact]
    public async Task What_waited_too_long_is_answered_busy_instead_of_going_through_the_stages()
    {
        var (late, last) = (new Recorder(), new Recorder());
        _scorer.Blocks();
        var blocking = TakeAsync(Offer(new Recorder(), _event, "block"));
        await _scorer.IsAsked.WaitAsync(Patience);
        // The thread of the stages is held, so this waits.
        var waiting = TakeAsync(Offer(late, _event, "late"));
        _time.Advance(_options.MaxWait + TimeSpan.FromMilliseconds(1));
        var newest = TakeAsync(Offer(last, _event, "new"));
        _scorer.LetGo();
        await Task.WhenAll(blocking, waiting, newest).WaitAsync(Patience);
        Assert.Equal(["busy"], late.Answers);
        var placed = new List<string>();
        while (!placed.Contains("new"))
        {
            placed.AddRange(await PlacedAsync());
            if (!placed.Contains("new"))
                AnswerAsked();
        }
        Assert.Equal(["block", "new"], placed);
        Assert.Empty(last.Answers);
    }

    [Fact]
    public async Task More_than_the_queue_holds_is_answered_busy_at_once()
    {
        _scorer.Blocks();
        var taken = TakeAsync(Offer(new Recorder(), _event, "block"));
        await _scorer.IsAsked.WaitAsync(Patience);
        var askers = Enumerable.Range(0, 40).Select(_ => new Recorder()).ToArray();
        var offers = askers.Select(asker => TakeAsync(Offer(asker, _event, "many"))).ToArray();
        await Until(() => Task.FromResult(askers.Count(asker => asker.Answers.Contains("busy")) >= 40 - 2 * 16));
        Assert.Contains(askers, asker => asker.Answers.IsEmpty);
        _scorer.LetGo();
        await Task.WhenAll(offers).WaitAsync(Patience);
        await taken.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_closed_graph_decides_what_it_took_and_takes_nothing_more()
    {
        var hung = TakeAsync(Offer(new Recorder(), _event, "hang"));
        await _scorer.Hangs.WaitAsync(Patience);
        _graph.Close();
        var refused = new Recorder();
        await TakeAsync(Offer(refused, _event, "after"));
        Assert.Equal(["busy"], refused.Answers);
        Assert.False(_graph.Ended.IsCompleted);
        await SpendBudgetAsync(hung);
        await _graph.Ended.WaitAsync(Patience);
        Assert.Equal(["hang"], await PlacedAsync());
    }

    [Fact]
    public async Task What_comes_out_of_the_stages_when_the_events_take_nothing_more_is_answered_busy()
    {
        var asker = new Recorder();
        var hung = TakeAsync(Offer(asker, _event, "hang"));
        await _scorer.Hangs.WaitAsync(Patience);
        await _gates.StopAsync();
        await SpendBudgetAsync(hung);
        Assert.Equal(["busy"], asker.Answers);
    }

    private Offer NewOffer(Recorder asker) => new(asker, _server.Services.GetRequiredService<IngestMetrics>(), _time, NullLogger.Instance) { IsAwaited = true };

    private Offer Offer(Recorder asker, LiveEvent liveEvent, params string[] texts)
    {
        var offer = NewOffer(asker);
        foreach (var text in texts)
            offer.Add(new CommentRequest(null, null, text, null, null, null, _time.GetTimestamp()));
        return Written(offer, liveEvent);
    }

    /// <summary>Somebody new, who may write, wrote all of it.</summary>
    private Offer Written(Offer offer, LiveEvent liveEvent)
    {
        var caller = Somebody();
        foreach (var comment in offer.Comments)
            comment.WrittenBy(liveEvent, caller, Role.Viewer);
        return offer;
    }

    private void Add(Offer offer, CommentId comment, string type)
    {
        offer.Add(new ReactionRequest(null, null, comment, type, TakesBack: false));
        offer.Reactions[^1].GivenBy(_event, Somebody());
    }

    private Caller Somebody() => new(new UserId(Guid.NewGuid()), null, Role.Viewer, null, null, _time.GetUtcNow().AddHours(1));

    private async Task TakeAsync(Offer offer) => await _graph.TakeAsync(offer);

    /// <summary>Lets the budget pass for a comment whose scorer hangs; it goes on then, and not before.</summary>
    private async Task SpendBudgetAsync(Task hung)
    {
        var budget = new IngestOptions().ScoringBudget;
        // The scorer says that it hangs a moment before anybody waits for it.
        await Until(() => Task.FromResult(_time.Timers.Contains(budget)));
        _time.Advance(budget - TimeSpan.FromTicks(1));
        Assert.False(hung.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await hung.WaitAsync(Patience);
    }

    /// <summary>The texts of the next ask for comments.</summary>
    private async Task<IReadOnlyList<string>> PlacedAsync()
    {
        var place = await _events.ExpectMsgAsync<Place>(Patience);
        _asked.Add((_events.LastSender, place));
        return [.. place.Drafts.Cast<CommentDraft>().Select(draft => draft.Text)];
    }

    /// <summary>The actor answers what was seen of it so far.</summary>
    private void AnswerAsked()
    {
        foreach (var (sender, place) in _asked)
            sender.Tell(new Stored<AppendResult>([.. place.Drafts.Select(_ => new AppendResult.Refused(Error.EventNotLive))]));
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It never came to this.");
            await Task.Delay(1);
        }
    }

    /// <summary>Keeps the answers: <c>placed</c>, <c>stored</c> or the code of an error.</summary>
    private sealed class Recorder : Asker
    {
        public ConcurrentQueue<string> Answers { get; } = new();

        public TimeSpan Waits { get; init; }

        public override string Door => Doors.WebSocket;

        public override TimeSpan Patience => Waits;

        public override void Answer(in CommentRequest request, in CommentOutcome outcome) => Answers.Enqueue(outcome.Refusal?.Error.Code ?? "placed");

        public override void Answer(in ReactionRequest request, in ReactionOutcome outcome) => Answers.Enqueue(outcome.Refusal?.Error.Code ?? "stored");
    }

    /// <summary>Knows for how long timers were set.</summary>
    private sealed class WatchedTime : FakeTime
    {
        public ConcurrentBag<TimeSpan> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Timers.Add(dueTime);
            return timer;
        }
    }

    /// <summary>A scorer that does what a text tells it to.</summary>
    private sealed class WillfulScorer : IScorer
    {
        private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _free = new(true);

        public string Name => "willful";

        public Task Hangs => _hangs.Task;

        public Task IsAsked => _asked.Task;

        /// <summary>From now on "block" holds the thread that asks.</summary>
        public void Blocks() => _free.Reset();

        public void LetGo()
        {
            _free.Set();
            _slow.TrySetResult();
        }

        public async ValueTask<Score> ScoreAsync(CommentDraft comment)
        {
            switch (comment.Text)
            {
                case "hang":
                    _hangs.TrySetResult();
                    await Task.Delay(Timeout.Infinite);
                    break;
                case "throw":
                    throw new InvalidOperationException("It throws.");
                case "throw later":
                    await Task.Yield();
                    throw new InvalidOperationException("It throws.");
                case "slow":
                    _asked.TrySetResult();
                    await _slow.Task;
                    return new Score(1, ["is slow"]);
                case "block":
                    _asked.TrySetResult();
                    _free.Wait();
                    break;
            }
            return default;
        }
    }
}
