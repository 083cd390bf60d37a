using LiveComments.Moderation;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenAbuseStoreTests
{
    private static readonly Dictionary<string, Func<IAbuseStore, IAbuseStore>> All = new()
    {
        ["takes a challenge twice"] = inner => new TakesTwice(inner),
        ["forgets challenges at once"] = inner => new ForgetsAtOnce(inner),
        ["shows blocks that have ended"] = inner => new NeverEnds(inner),
        ["unblocks nothing"] = inner => new UnblocksNothing(inner),
        ["gives a trace a new time"] = inner => new SeesAnew(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_a_store_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new InSqlite(All[breaksAPromise])));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class InSqlite(Func<IAbuseStore, IAbuseStore> wrap) : SqliteAbuseStoreTests
    {
        private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => new Wrapped(await base.CreateAsync(time), wrap);
    }

    private sealed class Wrapped(StoreUnderTest store, Func<IAbuseStore, IAbuseStore> wrap) : BrokenStore(store)
    {
        public override IAbuseStore Abuse => wrap(Sound.Abuse);
    }

    private abstract class Double(IAbuseStore inner) : IAbuseStore
    {
        protected IAbuseStore Inner => inner;

        public virtual ValueTask<bool> SpendAsync(Guid challenge, DateTimeOffset until, DateTimeOffset now, CancellationToken ct) => inner.SpendAsync(challenge, until, now, ct);

        public virtual ValueTask<IReadOnlyList<NetworkBlock>> BlocksAsync(DateTimeOffset now, CancellationToken ct) => inner.BlocksAsync(now, ct);

        public ValueTask<bool> BlockAsync(NetworkBlock block, CancellationToken ct) => inner.BlockAsync(block, ct);

        public virtual ValueTask<NetworkBlock?> UnblockAsync(Guid block, CancellationToken ct) => inner.UnblockAsync(block, ct);

        public ValueTask<IReadOnlyList<BanTrace>> TracesAsync(DateTimeOffset now, CancellationToken ct) => inner.TracesAsync(now, ct);

        public virtual ValueTask TraceAsync(IReadOnlyList<BanTrace> traces, DateTimeOffset now, CancellationToken ct) => inner.TraceAsync(traces, now, ct);
    }

    private sealed class TakesTwice(IAbuseStore inner) : Double(inner)
    {
        public override async ValueTask<bool> SpendAsync(Guid challenge, DateTimeOffset until, DateTimeOffset now, CancellationToken ct)
        {
            await Inner.SpendAsync(challenge, until, now, ct);
            return true;
        }
    }

    private sealed class ForgetsAtOnce(IAbuseStore inner) : Double(inner)
    {
        public override ValueTask<bool> SpendAsync(Guid challenge, DateTimeOffset until, DateTimeOffset now, CancellationToken ct) => Inner.SpendAsync(challenge, now.AddMinutes(-1), now, ct);
    }

    private sealed class NeverEnds(IAbuseStore inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<NetworkBlock>> BlocksAsync(DateTimeOffset now, CancellationToken ct) => Inner.BlocksAsync(DateTimeOffset.UnixEpoch, ct);
    }

    private sealed class UnblocksNothing(IAbuseStore inner) : Double(inner)
    {
        public override async ValueTask<NetworkBlock?> UnblockAsync(Guid block, CancellationToken ct) => (await Inner.BlocksAsync(DateTimeOffset.UnixEpoch, ct)).FirstOrDefault(one => one.Id == block);
    }

    private sealed class SeesAnew(IAbuseStore inner) : Double(inner)
    {
        public override ValueTask TraceAsync(IReadOnlyList<BanTrace> traces, DateTimeOffset now, CancellationToken ct) =>
            Inner.TraceAsync([.. traces.Select(trace => trace with { At = trace.At.AddMinutes(1) })], now, ct);
    }
}
