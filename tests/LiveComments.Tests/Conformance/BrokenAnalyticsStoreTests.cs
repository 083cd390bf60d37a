using LiveComments.Analytics;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenAnalyticsStoreTests
{
    private static readonly Dictionary<string, Func<IAnalyticsStore, IAnalyticsStore>> All = new()
    {
        ["adds a batch again"] = inner => new Double(inner, add: batch => batch with { Id = Guid.NewGuid() }),
        ["adds what another follower has read"] = inner => new Double(inner, add: batch => batch with { Spans = [] }),
        ["moves the position and adds nothing"] = inner => new Double(inner, add: batch => batch.Spans.Count > 0 ? batch with { Rows = [] } : batch),
        ["adds up viewers"] = inner => new Double(inner, add: batch => batch with { Rows = [.. batch.Rows.Select(row => row.Action == AnalyticsAction.Viewers ? row with { Action = AnalyticsAction.Reactions } : row)] }),
        ["knows nobody again"] = inner => new Double(inner, add: batch => batch with { Rows = [.. batch.Rows.Select(row => row.Author == 0 ? row : row with { Author = AuthorHash.Of(EventId.New(TimeProvider.System), default) })] }),
        ["forgets nothing"] = inner => new Double(inner, forgets: false),
        ["deletes nothing"] = inner => new Double(inner, deletes: false),
        ["gives the end of a span too"] = inner => new Double(inner, more: TimeSpan.FromSeconds(1)),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_a_store_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new OnSqlite(All[breaksAPromise])));

    [Fact]
    public async Task The_specification_passes_the_store_that_they_are_built_on() =>
        Assert.Empty(await Specification.FailuresAsync(() => new OnSqlite(inner => inner)));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class OnSqlite(Func<IAnalyticsStore, IAnalyticsStore> wrap) : AnalyticsStoreSpec
    {
        private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

        private protected override IAnalyticsStore Analytics => wrap(base.Analytics);
    }

    private sealed class Double(IAnalyticsStore inner, Func<AnalyticsBatch, AnalyticsBatch>? add = null, bool forgets = true, bool deletes = true, TimeSpan more = default) : IAnalyticsStore
    {
        public string Follower => inner.Follower;

        public ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct) => inner.AddAsync(add?.Invoke(batch) ?? batch, ct);

        public ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => inner.TotalsAsync(ids, ct);

        public ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => inner.SeriesAsync(id, step, from, to + more, ct);

        public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => !deletes || await inner.DeleteAsync(id, ct);

        public async ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct) => !forgets || await inner.ForgetAsync(before, secondsBefore, ct);
    }
}
