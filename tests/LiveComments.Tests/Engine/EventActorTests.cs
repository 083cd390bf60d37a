using Akka.Actor;
using LiveComments.Accounts;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Telemetry;
using LiveComments.Tests.Feeds;
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
    private readonly EngineOptions _options = new() { MaxWait = TimeSpan.FromMinutes(1) };
    private IHost _host = null!;
    private ActorSystem _system = null!;
    private IActorRef _events = null!;

    public Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<EngineMetrics>().AddSingleton<ProcessFault>();
        _host = builder.Build();
        var parts = new EngineParts(_log, new NoReactions(), Options.Create(_options), _host.Services.GetRequiredService<EngineMetrics>(), _host.Services.GetRequiredService<ProcessFault>(), _time);
        _system = ActorSystem.Create("test");
        _events = _system.ActorOf(Props.Create(() => new LocalEvents(parts)));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        _host.Dispose();
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
        _events.Tell(new Place(_id, [Comment("news")], Patience), relay.Receiver);
        var announce = Assert.IsType<Announce>(await relay.ReceiveAsync(Patience));
        Assert.Equal("news", Assert.IsType<CommentEntry>(Assert.Single(announce.News.Entries)).Comment.Text);
        Assert.Equal(new Position(_log.Epoch, 2), announce.News.Reaches);
        Assert.IsType<Stored<AppendResult>>(await relay.ReceiveAsync(Patience));
    }

    private async Task PlaceAsync(EntryDraft draft) => Assert.IsType<AppendResult.Appended>((await AskAsync(draft)).Results[0]);

    private Task<Stored<AppendResult>> AskAsync(params EntryDraft[] drafts) => _events.Ask<Stored<AppendResult>>(new Place(_id, drafts, Patience), Patience);

    private static Error Refusal(Stored<AppendResult> placed) => Assert.IsType<AppendResult.Refused>(Assert.Single(placed.Results)).Error;

    private static CommentDraft Comment(string text) =>
        new(new CommentId(Guid.CreateVersion7()), new Author(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer), text, null, [], null, null);

    /// <summary>A clock that throws when it is told to.</summary>
    private sealed class StumblingTime : TimeProvider
    {
        /// <summary>The reading from now on that throws, from 1; 0 for none.</summary>
        public int StumblesAt { get; set; }

        public override long GetTimestamp() => StumblesAt > 0 && --StumblesAt == 0 ? throw new InvalidOperationException("The clock stumbles.") : base.GetTimestamp();
    }

    private sealed class HeldMemoryLog : IEventLog
    {
        private readonly MemoryLog _inner = new();
        private readonly List<string> _texts = [];

        public TaskCompletionSource? Hold { get; set; }

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Epoch => _inner.Epoch;

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

        public ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => _inner.ReadLatestAsync(id, beforeSeq, limit, ct);

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => _inner.HeadsAsync(ids, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => _inner.DeleteAsync(id, ct);
    }

    private sealed class NoReactions : IReactionStore
    {
        public ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) => throw new NotSupportedException();
    }
}
