using Akka.Actor;
using LiveComments.Accounts;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Akka.Nodes;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Telemetry;
using LiveComments.Tests.Feeds;
using LiveComments.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Engine;

/// <summary>The one place that places an event's comments, alone with a log in memory.</summary>
public sealed class EventActorTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EventId _id = new(Guid.NewGuid());
    private readonly StumblingTime _time = new();
    private readonly HeldMemoryLog _log = new();
    private readonly SqliteStore _store = new(TimeProvider.System);
    private readonly EngineOptions _options = new() { MaxWait = TimeSpan.FromMinutes(1) };
    private readonly FakeTime _clock = new();
    private readonly Standstill _standstill;
    private IHost _host = null!;
    private ActorSystem _system = null!;
    private IActorRef _events = null!;

    public EventActorTests() => _standstill = new Standstill(_clock);

    public Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<EngineMetrics>().AddSingleton<ProcessFault>();
        _host = builder.Build();
        var parts = new EngineParts(_log, new NoReactions(), _store.Polls, _store.Moderation, Options.Create(_options), _host.Services.GetRequiredService<EngineMetrics>(), _host.Services.GetRequiredService<ProcessFault>(), _time, _standstill);
        _system = ActorSystem.Create("test");
        _events = _system.ActorOf(Props.Create(() => new LocalEvents(parts)));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        await _store.DisposeAsync();
        _host.Dispose();
        _standstill.Dispose();
    }

    [Fact]
    public async Task After_a_standstill_reactions_are_refused_and_comments_are_placed()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        _standstill.Beat();
        _clock.Advance(TimeSpan.FromSeconds(30));
        var love = new ReactionDraft(new CommentId(Guid.NewGuid()), new UserId(Guid.NewGuid()), ReactionType.Love);
        var refused = await _events.Ask<Stored<ReactionResult>>(new React(_id, [love], At(), Patience), Patience);
        Assert.Equal(Error.Busy, Assert.Single(refused.Results).Error);
        await PlaceAsync(Comment("after"));
        Assert.Equal(["after"], _log.Texts);
    }

    [Fact]
    public async Task An_actor_that_fails_answers_what_it_was_asked_and_goes_on()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var hold = _log.Hold = new TaskCompletionSource();
        var underWay = AskAsync(Comment("under way"));
        await _log.Held.Task.WaitAsync(Patience);
        // The first reading is of what waits, the second of what comes behind it.
        _time.StumblesAt = 2;
        var waiting = AskAsync([.. Enumerable.Range(0, EventActor.SideBySide).Select(i => Comment($"{i}"))]);
        Assert.Equal(Error.OutcomeUnknown, Refusal(await AskAsync(Comment("stumbled over")).WaitAsync(Patience)));
        Assert.Equal(Error.OutcomeUnknown, Refusal(await underWay.WaitAsync(Patience)));
        Assert.All((await waiting.WaitAsync(Patience)).Results, result => Assert.Equal(Error.Busy, Assert.IsType<AppendResult.Refused>(result).Error));
        _log.Hold = null;
        hold.SetResult();
        Assert.IsType<AppendResult.Appended>((await AskAsync(Comment("after"))).Results[0]);
        // It is in the log, as its author could not know.
        Assert.Equal(["under way", "after"], _log.Texts);
        Assert.False(_host.Services.GetRequiredService<ProcessFault>().IsRaised);
    }

    [Fact]
    public async Task What_is_asked_while_an_idle_actor_stops_is_answered_by_the_next_one()
    {
        _options.IdleStop = TimeSpan.FromMilliseconds(5);
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        for (var i = 0; i < 300; i++)
        {
            Assert.IsType<AppendResult.Appended>((await AskAsync(Comment($"{i}")).WaitAsync(Patience)).Results[0]);
            await Task.Delay(i % 10);
        }
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), _log.Texts);
    }

    [Fact]
    public async Task Who_watches_is_told_before_the_author_is_answered()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var relay = Inbox.Create(_system);
        _events.Tell(new Watch(_id, true), relay.Receiver);
        Assert.IsType<Watching>(await relay.ReceiveAsync(Patience));
        _events.Tell(new Place(_id, [Comment("news")], At(), Patience), relay.Receiver);
        var announce = Assert.IsType<Announce>(await relay.ReceiveAsync(Patience));
        Assert.Equal("news", Assert.IsType<CommentEntry>(Assert.Single(announce.News.Entries)).Comment.Text);
        Assert.Equal(new Position(_log.Epoch, 2), announce.News.Reaches);
        Assert.IsType<Stored<AppendResult>>(await relay.ReceiveAsync(Patience));
    }

    [Fact]
    public async Task Slow_mode_holds_over_a_restart_because_a_new_actor_reads_the_end_of_the_log()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var (ann, bob) = (Slow("ann"), Slow("bob"));
        await PlaceAsync(ann);
        for (var i = 0; i < 100; i++)
            await PlaceAsync(Comment($"{i}"));
        await PlaceAsync(bob);
        await FailAsync();
        _time.Now = _log.LastTime.AddSeconds(10);
        var (error, wait) = await RefusalOfAsync(bob with { Id = new CommentId(Guid.CreateVersion7()), Text = "again" });
        Assert.Equal(Error.SlowMode, error);
        Assert.InRange(wait!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        // Her turn is over: a hundred comments, a second each, came after hers.
        await PlaceAsync(ann with { Id = new CommentId(Guid.CreateVersion7()), Text = "again" });
        // A comment that is there already gets its first answer.
        Assert.IsType<AppendResult.Repeated>((await AskAsync(bob)).Results[0]);
    }

    [Fact]
    public async Task Comments_wait_while_a_new_actor_reads_and_what_could_not_be_read_is_read_for_the_next()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var reading = _log.Reading = new TaskCompletionSource();
        var (first, second) = (AskAsync(Slow("first")), AskAsync(Comment("second")));
        await _log.Read.Task.WaitAsync(Patience);
        Assert.Empty(_log.Texts);
        reading.SetException(new StoreUnavailableException("It does not answer."));
        Assert.All(await Task.WhenAll(first, second).WaitAsync(Patience), answer => Assert.Equal(Error.StoreUnavailable, Refusal(answer)));
        _log.Reading = null;
        await PlaceAsync(Slow("third"));
        Assert.Equal(["third"], _log.Texts);
        Assert.False(_host.Services.GetRequiredService<ProcessFault>().IsRaised);
    }

    [Fact]
    public async Task The_same_text_of_one_person_is_refused_wherever_it_comes_from()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var ann = Slow("GOAL") with { Pace = TimeSpan.Zero };
        for (var i = 0; i < EventLimits.Repeats; i++)
            await PlaceAsync(ann with { Id = new CommentId(Guid.CreateVersion7()) });
        Assert.Equal(Error.RepeatedText, (await RefusalOfAsync(ann with { Id = new CommentId(Guid.CreateVersion7()) })).Error);
        // Within one ask, too.
        var bob = Slow("GOAL") with { Pace = TimeSpan.Zero };
        var answers = await AskAsync([.. Enumerable.Range(0, EventLimits.Repeats + 1).Select(_ => bob with { Id = new CommentId(Guid.CreateVersion7()) })]);
        Assert.Equal(EventLimits.Repeats, answers.Results.OfType<AppendResult.Appended>().Count());
        Assert.Equal(Error.RepeatedText, Assert.IsType<AppendResult.Refused>(answers.Results[^1]).Error);
    }

    [Fact]
    public async Task A_request_that_is_asked_again_while_it_is_under_way_is_placed_once_and_whoever_asked_last_is_answered()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var slow = Slow("once");
        var hold = _log.Hold = new TaskCompletionSource();
        var first = AskAsync(new AskNumber(7, 1, 1), slow);
        await _log.Held.Task.WaitAsync(Patience);
        var (waiting, again) = (AskAsync(new AskNumber(7, 2, 1), Comment("waits")), AskAsync(new AskNumber(7, 1, 1, IsRepeat: true), slow));
        await ArrivedAsync();
        _log.Hold = null;
        hold.SetResult();
        Assert.IsType<AppendResult.Appended>(Assert.Single((await again.WaitAsync(Patience)).Results));
        Assert.IsType<AppendResult.Appended>(Assert.Single((await waiting.WaitAsync(Patience)).Results));
        Assert.Equal(["once", "waits"], _log.Texts);
        Assert.False(first.IsCompleted);
        // Its answer may have been lost too: the log knows the comment.
        Assert.IsType<AppendResult.Repeated>(Assert.Single((await AskAsync(new AskNumber(7, 1, 1, IsRepeat: true), slow).WaitAsync(Patience)).Results));
    }

    [Fact]
    public async Task What_comes_before_an_earlier_request_that_was_lost_waits_for_it()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        await AskAsync(new AskNumber(7, 1, 1), Comment("one"));
        var third = AskAsync(new AskNumber(7, 3, 2), Comment("three"));
        await ArrivedAsync();
        await PlaceAsync(Comment("of another gate"));
        Assert.Equal(["one", "of another gate"], _log.Texts);
        await AskAsync(new AskNumber(7, 2, 2, IsRepeat: true), Comment("two"));
        await third.WaitAsync(Patience);
        Assert.Equal(["one", "of another gate", "two", "three"], _log.Texts);
    }

    [Fact]
    public async Task Nobody_is_told_that_nothing_was_stored_when_an_earlier_try_may_have_been()
    {
        await PlaceAsync(new StatusDraft(EventStatus.Live));
        var hold = _log.Hold = new TaskCompletionSource();
        var underWay = AskAsync([.. Enumerable.Range(0, EventActor.SideBySide).Select(i => Comment($"{i}"))]);
        await _log.Held.Task.WaitAsync(Patience);
        var first = _events.Ask<Stored<AppendResult>>(new Place(_id, [Comment("first try")], new AskNumber(7, 1, 1), TimeSpan.Zero), Patience);
        var again = _events.Ask<Stored<AppendResult>>(new Place(_id, [Comment("second try")], new AskNumber(8, 1, 1, IsRepeat: true), TimeSpan.Zero), Patience);
        await ArrivedAsync();
        _log.Hold = null;
        hold.SetResult();
        await underWay.WaitAsync(Patience);
        Assert.Equal(Error.Busy, Refusal(await first.WaitAsync(Patience)));
        Assert.Equal(Error.OutcomeUnknown, Refusal(await again.WaitAsync(Patience)));
    }

    /// <summary>Has the actor fail over a comment, and start again.</summary>
    private async Task FailAsync()
    {
        _time.StumblesAt = 1;
        Assert.Equal(Error.OutcomeUnknown, Refusal(await AskAsync(Comment("stumbled over")).WaitAsync(Patience)));
    }

    private async Task<(Error Error, TimeSpan? RetryAfter)> RefusalOfAsync(CommentDraft draft)
    {
        var refused = Assert.IsType<AppendResult.Refused>((await AskAsync(draft)).Results[0]);
        return (refused.Error, refused.RetryAfter);
    }

    /// <summary>A viewer's comment in slow mode.</summary>
    private static CommentDraft Slow(string text) => Comment(text) with { Pace = TimeSpan.FromSeconds(30) };

    private async Task PlaceAsync(EntryDraft draft) => Assert.IsType<AppendResult.Appended>((await AskAsync(draft)).Results[0]);

    private Task<Stored<AppendResult>> AskAsync(params EntryDraft[] drafts) => _events.Ask<Stored<AppendResult>>(new Place(_id, drafts, At(), Patience), Patience);

    private Task<Stored<AppendResult>> AskAsync(AskNumber at, EntryDraft draft) => _events.Ask<Stored<AppendResult>>(new Place(_id, [draft], at, Patience), Patience);

    /// <summary>Returns when what was asked before is with the actor.</summary>
    private Task ArrivedAsync() => _events.Ask<Watching>(new Watch(_id, true), Patience);

    /// <summary>Each ask is of a gate of its own.</summary>
    private static AskNumber At() => new(Random.Shared.NextInt64(), 1, 1);

    private static Error Refusal(Stored<AppendResult> placed) => Assert.IsType<AppendResult.Refused>(Assert.Single(placed.Results)).Error;

    private static CommentDraft Comment(string text) =>
        new(new CommentId(Guid.CreateVersion7()), new Author(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer), text, null, [], null, null);

    /// <summary>A clock that throws when it is told to.</summary>
    private sealed class StumblingTime : TimeProvider
    {
        /// <summary>The reading from now on that throws, from 1; 0 for none.</summary>
        public int StumblesAt { get; set; }

        /// <summary>The wall clock.</summary>
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => StumblesAt > 0 && --StumblesAt == 0 ? throw new InvalidOperationException("The clock stumbles.") : base.GetTimestamp();
    }

    private sealed class HeldMemoryLog : IEventLog
    {
        private readonly MemoryLog _inner = new();
        private readonly List<string> _texts = [];

        public TaskCompletionSource? Hold { get; set; }

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What reading the newest entries waits for; null to read at once.</summary>
        public TaskCompletionSource? Reading { get; set; }

        /// <summary>Done when the newest entries were asked for.</summary>
        public TaskCompletionSource Read { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Epoch => _inner.Epoch;

        public DateTimeOffset LastTime => _inner[_inner.Head].Time;

        public IReadOnlyList<string> Texts
        {
            get
            {
                lock (_texts)
                    return [.. _texts];
            }
        }

        public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
        {
            if (Hold is { } hold)
            {
                Held.TrySetResult();
                await hold.Task;
            }
            var results = await _inner.AppendAsync(id, drafts, ct);
            lock (_texts)
                _texts.AddRange(drafts.OfType<CommentDraft>().Select(draft => draft.Text));
            return results;
        }

        public ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => _inner.ReadAsync(id, afterSeq, limit, ct);

        public async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct)
        {
            if (Reading is { } reading)
            {
                Read.TrySetResult();
                await reading.Task;
            }
            return await _inner.ReadLatestAsync(id, beforeSeq, limit, ct);
        }

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => _inner.HeadsAsync(ids, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => _inner.DeleteAsync(id, ct);
    }

    private sealed class NoReactions : IReactionStore
    {
        public ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) => throw new NotSupportedException();
    }
}
