using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Engine;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenEngineTests
{
    private static readonly Dictionary<string, Func<IEngine, IEngine>> All = new()
    {
        ["forgets the last request of an offer"] = inner => new Forgets(inner),
        ["turns an offer around"] = inner => new TurnsAround(inner),
        ["lets offers overtake each other"] = inner => new LetsOvertake(inner),
        ["answers before it has placed"] = inner => new AnswersEarly(inner),
        ["places a comment again without its key"] = inner => new DropsKeys(inner),
        ["takes a reaction and stores nothing"] = inner => new StoresNoReaction(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_an_engine_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new Wrapped(All[breaksAPromise])));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class Wrapped(Func<IEngine, IEngine> wrap) : LocalEngineTests
    {
        /// <summary>What never comes is not waited for as long as what comes late.</summary>
        protected override TimeSpan Patience => TimeSpan.FromSeconds(3);

        private protected override Task<TestServer> StartAsync() => TestServer.StartAsync(Before(wrap));
    }

    private abstract class Double(IEngine inner) : IEngine
    {
        protected IEngine Inner => inner;

        public virtual ValueTask TakeAsync(Offer offer) => inner.TakeAsync(offer);

        public virtual ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct) => inner.PlaceAsync(id, draft, ct);

        public virtual ValueTask<ReactionResult> ReactAsync(EventId id, ReactionDraft draft, CancellationToken ct) => inner.ReactAsync(id, draft, ct);
    }

    private sealed class Forgets(IEngine inner) : Double(inner)
    {
        public override ValueTask TakeAsync(Offer offer)
        {
            if (offer.Comments.Count > 1)
                offer.Comments.RemoveAt(offer.Comments.Count - 1);
            return Inner.TakeAsync(offer);
        }
    }

    private sealed class TurnsAround(IEngine inner) : Double(inner)
    {
        public override ValueTask TakeAsync(Offer offer)
        {
            offer.Comments.Reverse();
            return Inner.TakeAsync(offer);
        }
    }

    private sealed class LetsOvertake(IEngine inner) : Double(inner)
    {
        private int _offers;

        public override ValueTask TakeAsync(Offer offer)
        {
            var wait = Interlocked.Increment(ref _offers) % 2 * 20;
            _ = LaterAsync();
            return default;

            async Task LaterAsync()
            {
                await Task.Delay(wait);
                await Inner.TakeAsync(offer);
            }
        }
    }

    private sealed class AnswersEarly(IEngine inner) : Double(inner)
    {
        public override async ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct)
        {
            if (draft is not CommentDraft comment)
                return await Inner.PlaceAsync(id, draft, ct);
            _ = LaterAsync();
            return new AppendResult.Appended(new CommentEntry(2, new LiveComments.Comments.Comment(comment.Id, comment.Author, comment.Text, default, default, null, 0, [], default)), 1);

            async Task LaterAsync()
            {
                await Task.Delay(100);
                await Inner.PlaceAsync(id, draft, ct);
            }
        }
    }

    private sealed class StoresNoReaction(IEngine inner) : Double(inner)
    {
        public override ValueTask<ReactionResult> ReactAsync(EventId id, ReactionDraft draft, CancellationToken ct) =>
            new(new ReactionResult(new ReactionTally(1, draft.Type is { } type ? default(ReactionCounts).Add(type, 1) : default), null));
    }

    private sealed class DropsKeys(IEngine inner) : Double(inner)
    {
        public override async ValueTask TakeAsync(Offer offer)
        {
            await Inner.TakeAsync(offer);
            foreach (var comment in offer.Comments)
                if (comment.Request.Key is not null)
                    await Inner.PlaceAsync(offer.Event, comment.Draft with { Id = new CommentId(Guid.CreateVersion7()), Key = null }, default);
        }
    }
}
