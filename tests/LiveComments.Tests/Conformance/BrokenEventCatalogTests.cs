namespace LiveComments.Tests.Conformance;

public sealed class BrokenEventCatalogTests
{
    public static TheoryData<string> Broken => [.. BrokenEventCatalogs.All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_a_catalogue_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new OnSqlite(BrokenEventCatalogs.All[breaksAPromise])));

    [Fact]
    public async Task The_specification_passes_the_catalogue_that_they_are_built_on() =>
        Assert.Empty(await Specification.FailuresAsync(() => new OnSqlite(inner => inner)));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class OnSqlite(Func<IEventsUnderTest, IEventsUnderTest> wrap) : SqliteEventCatalogTests
    {
        protected override async ValueTask<IEventsUnderTest> CreateAsync() => wrap(await base.CreateAsync());
    }
}
