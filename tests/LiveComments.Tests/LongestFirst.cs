using Xunit.Abstractions;

[assembly: TestCollectionOrderer("LiveComments.Tests.LongestFirst", "LiveComments.Tests")]

namespace LiveComments.Tests;

/// <summary>
/// Begins with the collections that take longest, each of them one test after another: begun last by chance, as without an order, one of them runs on for minutes when all the others have ended.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [Browser.BrowserCollection.Name, PostgreSql.PostgreSqlCollection.Name, Browser.StaffBrowserCollection.Name];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.IndexOf(Longest, collection.DisplayName) is var place and >= 0 ? place : Longest.Length);
}
