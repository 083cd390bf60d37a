using Akka.Actor;
using LiveComments.Accounts;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Telemetry;
using LiveComments.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Engine;

/// <summary>Comments that wait for a moderator, where everything of their event passes.</summary>
public sealed class HeldCommentActorTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Author Ann = new(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer);

    private readonly EventId _id = new(Guid.NewGuid());
    private readonly FakeTime _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly EngineOptions _options = new() { MaxWait = TimeSpan.FromMinutes(1) };
    private SqliteStore _store = null!;
    private IHost _host = null!;
    private ActorSystem _system = null!;
    private IActorRef _events = null!;

    public async Task InitializeAsync()
    {
        _store = new SqliteStore(_time);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<EngineMetrics>().AddSingleton<ProcessFault>();
        _host = builder.Build();
        _system = ActorSystem.Create("test");
        _events = NewNode();
        Assert.IsType<AppendResult.Appended>(await PlaceAsync(new StatusDraft(EventStatus.Live)));
    }

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        _host.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task One_batch_is_placed_held_and_refused_in_part()
    {
        var (held, plain, refused) = (Held("held"), Comment("plain"), Comment("refused", key: "r") with { Refusal = new Refusal(Error.TextRefused) });
        var results = (await AskAsync(held, plain, refused, Held("also held"))).Results;
        Assert.Equal(new AppendResult.Held(held.Id, _time.GetUtcNow()), results[0]);
        Assert.Equal(2, Assert.IsType<AppendResult.Appended>(results[1]).Entry.Seq);
        Assert.Equal(Error.TextRefused, Assert.IsType<AppendResult.Refused>(results[2]).Error);
        Assert.IsType<AppendResult.Held>(results[3]);
        Assert.Equal(["held", "also held"], (await _store.Moderation.WaitingAsync(_id, false, null, 10, default)).Select(one => one.Draft.Text));
    }

    [Fact]
    public async Task A_repeated_key_gets_the_first_answer_however_it_is_judged_by_now_also_from_the_next_actor()
    {
        var held = Held("text", key: "k");
        var first = Assert.IsType<AppendResult.Held>(await PlaceAsync(held)) with { IsRepeated = true };
        foreach (var isNew in (bool[])[false, true])
        {
            if (isNew)
                _events = NewNode();
            // A new actor learns of it before its first comment of somebody who has limits.
            foreach (var again in (CommentDraft[])[Comment("text", key: "k") with { Pace = TimeSpan.Zero }, Comment("text", key: "k") with { Refusal = new Refusal(Error.TextRefused) }, held])
                Assert.Equal(first, await PlaceAsync(again));
            var other = Comment("text", key: "k");
            Assert.Equal(Error.IdempotencyKeyReused, Assert.IsType<AppendResult.Refused>(await PlaceAsync(other with { Key = new IdempotencyKey("k", 7) })).Error);
        }
        await PlaceAsync(new StatusDraft(EventStatus.Ended));
        Assert.Equal(first, await PlaceAsync(Comment("text", key: "k")));
        Assert.Equal(2, (await _store.Log.ReadAsync(_id, 0, 10, default))!.Head.Seq);
    }

    [Fact]
    public async Task It_takes_the_turn_in_slow_mode_also_when_the_next_actor_comes()
    {
        var slow = TimeSpan.FromSeconds(30);
        Assert.IsType<AppendResult.Held>(await PlaceAsync(Held("held") with { Pace = slow }));
        Assert.Equal(Error.SlowMode, Assert.IsType<AppendResult.Refused>(await PlaceAsync(Comment("soon") with { Pace = slow })).Error);
        _events = NewNode();
        _time.Advance(TimeSpan.FromSeconds(10));
        var refused = Assert.IsType<AppendResult.Refused>(await PlaceAsync(Comment("soon") with { Pace = slow }));
        Assert.Equal((Error.SlowMode, TimeSpan.FromSeconds(20)), (refused.Error, refused.RetryAfter));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.IsType<AppendResult.Appended>(await PlaceAsync(Comment("later") with { Pace = slow }));
    }

    [Fact]
    public async Task Who_is_throttled_does_not_make_the_actor_forget_the_turns_of_others()
    {
        var (slow, bob) = (TimeSpan.FromSeconds(30), new Author(new UserId(Guid.NewGuid()), "bob", "Bob", null, Role.Viewer));
        Assert.IsType<AppendResult.Appended>(await PlaceAsync(Comment("ann") with { Pace = slow }));
        _events = NewNode();
        var results = (await AskAsync(Comment("bob") with { Author = bob, Pace = TimeSpan.FromMinutes(10), IsThrottled = true }, Comment("soon") with { Pace = slow })).Results;
        Assert.IsType<AppendResult.Appended>(results[0]);
        Assert.Equal(Error.SlowMode, Assert.IsType<AppendResult.Refused>(results[1]).Error);
        Assert.Equal(Error.Throttled, Assert.IsType<AppendResult.Refused>(await PlaceAsync(Comment("soon") with { Author = bob, Pace = TimeSpan.FromMinutes(10), IsThrottled = true })).Error);
    }

    /// <summary>As after a move: an actor that knows nothing.</summary>
    private IActorRef NewNode()
    {
        var parts = new EngineParts(
            _store.Log, _store.Reactions, _store.Polls, _store.Moderation, Options.Create(_options), _host.Services.GetRequiredService<EngineMetrics>(), _host.Services.GetRequiredService<ProcessFault>(), _time);
        return _system.ActorOf(Props.Create(() => new LocalEvents(parts)));
    }

    private async Task<AppendResult> PlaceAsync(EntryDraft draft) => Assert.Single((await AskAsync(draft)).Results);

    private Task<Stored<AppendResult>> AskAsync(params EntryDraft[] drafts) =>
        _events.Ask<Stored<AppendResult>>(new Place(_id, drafts, new AskNumber(Random.Shared.NextInt64(), 1, 1), Patience), Patience);

    private static CommentDraft Held(string text, string? key = null) => Comment(text, key) with { Hold = new Hold(0.5, [new HoldReason("text", "says so")]) };

    private static CommentDraft Comment(string text, string? key = null) => new(CommentId.New(TimeProvider.System), Ann, text, null, [], null, key is null ? null : new IdempotencyKey(key, 1));
}
