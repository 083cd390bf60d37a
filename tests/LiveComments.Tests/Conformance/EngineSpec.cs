using System.Collections.Concurrent;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IEngine"/> promises, whether the events' actors are here or on other nodes. Several events are used, so that some of them are elsewhere.</summary>
public abstract class EngineSpec : IAsyncLifetime
{
    private const int Events = 4;

    private readonly List<EventId> _events = [];
    private TestServer _server = null!;

    /// <summary>How long a test waits for what was promised.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(60);

    public async Task InitializeAsync()
    {
        _server = await StartAsync();
        for (var i = 0; i < Events; i++)
            _events.Add(new EventId(Guid.Parse(await _server.GoLiveAsync())));
    }

    public virtual async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>The node that is asked.</summary>
    private protected abstract Task<TestServer> StartAsync();

    /// <summary>A configuration of a server in which something stands before its engine.</summary>
    protected static Action<WebApplicationBuilder> Before(Func<IEngine, IEngine> wrap) => builder =>
    {
        var engine = builder.Services.Last(service => service.ServiceType == typeof(IEngine));
        builder.Services.Remove(engine);
        builder.Services.AddSingleton(provider => wrap((IEngine)engine.ImplementationFactory!(provider)));
    };

    [Fact]
    public async Task Every_request_of_an_offer_is_answered_once_whatever_becomes_of_it()
    {
        foreach (var id in _events)
        {
            var asker = new Collecting();
            var offer = Ingest.Offer(asker);
            offer.Add(Comment(User(), "placed"));
            offer.Add(Comment(User(), ""));
            offer.Add(Comment(User(), "an answer to nothing", replyTo: Guid.CreateVersion7().ToString()));
            offer.Add(new ReactionRequest(User(), null, new CommentId(Guid.CreateVersion7()), "like", false));
            offer.Add(new ReactionRequest(User(), null, null, "like", false));
            await Ingest.TakeAsync(id, offer);
            await EventuallyAsync(() => asker.Answers.Count >= 5);
            Assert.Equal(["", "comment-not-found", "comment-not-found", "parent-not-found", "text-empty"], asker.Answers.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_one_offer_brings_is_placed_in_its_order()
    {
        var user = User();
        foreach (var id in _events)
        {
            var asker = new Collecting();
            var offer = Ingest.Offer(asker);
            for (var i = 0; i < 20; i++)
                offer.Add(Comment(user, $"{i}"));
            await Ingest.TakeAsync(id, offer);
            await EventuallyAsync(() => asker.Answers.Count == 20);
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), await TextsAsync(id));
        }
    }

    [Fact]
    public async Task Who_waits_for_each_offer_before_the_next_keeps_their_order()
    {
        var user = User();
        foreach (var id in _events)
        {
            var asker = new Collecting();
            for (var i = 0; i < 50; i++)
            {
                var offer = Ingest.Offer(asker);
                offer.Add(Comment(user, $"{i}"));
                await Ingest.TakeAsync(id, offer);
            }
            await EventuallyAsync(() => asker.Answers.Count == 50);
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), await TextsAsync(id));
        }
    }

    [Fact]
    public async Task A_draft_that_is_placed_is_in_the_log_when_the_answer_comes_and_is_shown_soon_after()
    {
        foreach (var id in _events)
        {
            var feed = (await _server.Services.GetRequiredService<EventFeeds>().OpenAsync(id))!;
            var draft = new CommentDraft(new CommentId(Guid.CreateVersion7()), new Author(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer), "placed", null, [], null, null);
            var placed = Assert.IsType<AppendResult.Appended>(await Engine.PlaceAsync(id, draft, default));
            Assert.Equal(["placed"], await TextsAsync(id));
            Assert.Equal((await HeadAsync(id)).Seq, placed.Entry.Seq);
            await EventuallyAsync(() => feed.Head.Seq == placed.Entry.Seq);
            Assert.IsType<AppendResult.Refused>(await Engine.PlaceAsync(id, new PinDraft(new CommentId(Guid.CreateVersion7()), draft.Author.Id), default));
        }
    }

    [Fact]
    public async Task A_reaction_is_stored_when_the_answer_comes_and_can_be_taken_back()
    {
        foreach (var id in _events)
        {
            var (user, comment) = (User().UserId, new CommentId(Guid.CreateVersion7()));
            await Engine.PlaceAsync(id, new CommentDraft(comment, new Author(user, "ann", "Ann", null, Role.Viewer), "placed", null, [], null, null), default);
            Assert.Equal(1, (await Engine.ReactAsync(id, new ReactionDraft(comment, user, ReactionType.Wow), default)).Tally.Counts.Wows);
            Assert.Equal(ReactionType.Wow, (await Reactions.GivenByAsync(id, user, [comment], default))[comment]);
            Assert.Equal(0, (await Engine.ReactAsync(id, new ReactionDraft(comment, user, null), default)).Tally.Counts.Total);
            Assert.Empty(await Reactions.GivenByAsync(id, user, [comment], default));
            Assert.Equal(Error.CommentNotFound, (await Engine.ReactAsync(id, new ReactionDraft(new CommentId(Guid.CreateVersion7()), user, ReactionType.Wow), default)).Error);
        }
    }

    [Fact]
    public async Task The_same_comment_asked_for_many_times_at_once_is_placed_once()
    {
        var user = User();
        foreach (var id in _events)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Ingest.CommentAsync("test", id.ToString(), Comment(user, "once", key: "once"), default))));
            Assert.All(outcomes, outcome => Assert.Null(outcome.Refusal));
            Assert.Single(outcomes.Select(outcome => outcome.Id).Distinct());
            Assert.Equal(["once"], await TextsAsync(id));
        }
    }

    private LiveComments.Ingest.Ingest Ingest => _server.Services.GetRequiredService<LiveComments.Ingest.Ingest>();

    private IEngine Engine => _server.Services.GetRequiredService<IEngine>();

    private static Caller User() => new(new UserId(Guid.NewGuid()), "ann", Role.Viewer, null, null, DateTimeOffset.MaxValue);

    private static CommentRequest Comment(Caller caller, string text, string? replyTo = null, string? key = null) => new(caller, null, text, replyTo, key, null, TimeProvider.System.GetTimestamp());

    private async Task<Position> HeadAsync(EventId id) => (await Log.ReadAsync(id, 0, 1, default))!.Head;

    private async Task<string[]> TextsAsync(EventId id) => [.. (await Log.ReadAsync(id, 0, 1_000, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text)];

    private IReactionStore Reactions => _server.Services.GetRequiredService<IReactionStore>();

    private IEventLog Log => _server.Services.GetRequiredService<IEventLog>();

    private async Task EventuallyAsync(Func<bool> right)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!right())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It never came to this.");
            await Task.Delay(1);
        }
    }

    /// <summary>Keeps the codes of its answers; nothing for what was taken.</summary>
    private sealed class Collecting : Asker
    {
        public ConcurrentQueue<string> Answers { get; } = [];

        public override string Door => "test";

        public override void Answer(in CommentRequest request, in CommentOutcome outcome) => Answers.Enqueue(outcome.Refusal?.Error.Code ?? "");

        public override void Answer(in ReactionRequest request, in ReactionOutcome outcome) => Answers.Enqueue(outcome.Refusal?.Error.Code ?? "");
    }
}
