using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Redis;

[Collection(RedisCollection.Name), RequiresRedis]
public sealed class BrokenHotEntriesTests(RedisServer redis)
{
    private static readonly Dictionary<string, Func<IHotEntries, IHotEntries>> All = new()
    {
        ["answers what does not reach the end of the log"] = inner => new AnswersTooEarly(inner),
        ["erases nothing before it is told"] = inner => new ErasesNothing(inner),
        ["forgets nothing"] = inner => new ForgetsNothing(inner),
        ["says that it has newer counts"] = inner => new SaysNewerCounts(inner),
        ["answers more than was asked for"] = inner => new AnswersMore(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_hot_entries_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new Wrapped(redis, All[breaksAPromise])));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class Wrapped(RedisServer redis, Func<IHotEntries, IHotEntries> wrap) : HotEntriesInRedis(redis)
    {
        private protected override IHotEntries Hot => wrap(base.Hot);
    }

    private abstract class Double(IHotEntries inner) : IHotEntries
    {
        protected IHotEntries Inner => inner;

        public void Placed(EventId id, long epoch, IReadOnlyList<Entry> entries) => inner.Placed(id, epoch, entries);

        public void Counted(EventId id, IReadOnlyList<CommentTally> tallies) => inner.Counted(id, tallies);

        public virtual ValueTask EraseAsync(EventId id, IReadOnlyCollection<CommentId> removed) => inner.EraseAsync(id, removed);

        public virtual ValueTask<HotPage?> ReadAsync(EventId id, Position reaches, long afterSeq, int limit, CancellationToken ct) => inner.ReadAsync(id, reaches, afterSeq, limit, ct);

        public virtual void Forget(EventId id) => inner.Forget(id);

        public virtual ValueTask ForgetAllAsync(CancellationToken ct) => inner.ForgetAllAsync(ct);
    }

    private sealed class AnswersTooEarly(IHotEntries inner) : Double(inner)
    {
        public override async ValueTask<HotPage?> ReadAsync(EventId id, Position reaches, long afterSeq, int limit, CancellationToken ct) =>
            await Inner.ReadAsync(id, reaches, afterSeq, limit, ct) ?? await Inner.ReadAsync(id, reaches with { Seq = reaches.Seq - 1 }, afterSeq, limit, ct);
    }

    private sealed class ErasesNothing(IHotEntries inner) : Double(inner)
    {
        public override ValueTask EraseAsync(EventId id, IReadOnlyCollection<CommentId> removed) => default;
    }

    private sealed class ForgetsNothing(IHotEntries inner) : Double(inner)
    {
        public override void Forget(EventId id)
        {
        }
    }

    private sealed class SaysNewerCounts(IHotEntries inner) : Double(inner)
    {
        public override async ValueTask<HotPage?> ReadAsync(EventId id, Position reaches, long afterSeq, int limit, CancellationToken ct) =>
            await Inner.ReadAsync(id, reaches, afterSeq, limit, ct) is { } page ? page with { Version = page.Version + 1 } : null;
    }

    private sealed class AnswersMore(IHotEntries inner) : Double(inner)
    {
        public override ValueTask<HotPage?> ReadAsync(EventId id, Position reaches, long afterSeq, int limit, CancellationToken ct) => Inner.ReadAsync(id, reaches, afterSeq, limit + 1, ct);
    }
}
