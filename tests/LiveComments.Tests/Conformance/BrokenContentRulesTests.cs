using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenContentRulesTests
{
    private static readonly Dictionary<string, Func<IContentRules, IContentRules>> All = new()
    {
        ["keeps the first rules"] = inner => new KeepsFirst(inner),
        ["gives every event the rules of all"] = inner => new SharesRules(inner),
        ["says that it has put rules for an event that is gone"] = inner => new TakesAll(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_rules_of_which_the_store(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new OnSqlite(All[breaksAPromise])));

    [Fact]
    public async Task The_specification_passes_the_store_that_they_are_built_on() =>
        Assert.Empty(await Specification.FailuresAsync(() => new OnSqlite(inner => inner)));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class OnSqlite(Func<IContentRules, IContentRules> wrap) : SqliteContentRulesTests
    {
        protected override async Task<(IContentRules Rules, IEventCatalog Catalog)> OpenAsync()
        {
            var (rules, catalog) = await base.OpenAsync();
            return (wrap(rules), catalog);
        }
    }

    private sealed class KeepsFirst(IContentRules inner) : IContentRules
    {
        public ValueTask<string?> FindAsync(EventId? id, CancellationToken ct) => inner.FindAsync(id, ct);

        public async ValueTask<bool> PutAsync(EventId? id, string rules, DateTimeOffset at, CancellationToken ct) =>
            await inner.PutAsync(id, await inner.FindAsync(id, ct) ?? rules, at, ct);
    }

    private sealed class SharesRules(IContentRules inner) : IContentRules
    {
        public async ValueTask<string?> FindAsync(EventId? id, CancellationToken ct) => await inner.FindAsync(id, ct) ?? await inner.FindAsync(null, ct);

        public ValueTask<bool> PutAsync(EventId? id, string rules, DateTimeOffset at, CancellationToken ct) => inner.PutAsync(id, rules, at, ct);
    }

    private sealed class TakesAll(IContentRules inner) : IContentRules
    {
        public ValueTask<string?> FindAsync(EventId? id, CancellationToken ct) => inner.FindAsync(id, ct);

        public async ValueTask<bool> PutAsync(EventId? id, string rules, DateTimeOffset at, CancellationToken ct)
        {
            await inner.PutAsync(id, rules, at, ct);
            return true;
        }
    }
}
