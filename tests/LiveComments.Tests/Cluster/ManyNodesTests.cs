using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class ManyNodesTests(PostgreSqlServer postgreSql) : ClusterSpec
{
    private protected override async Task<IReadOnlyList<TestServer>> StartAsync()
    {
        var store = await postgreSql.StoreSettingsAsync();
        return await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => TestServer.StartAsync(null, [.. store, "--LiveComments:Cluster:Port=0"]))));
    }

    [Fact]
    public async Task Changes_of_membership_are_told_in_order_to_those_who_know_some_of_them()
    {
        var cluster = Clusters.First();
        await Http.EventuallyAsync(() => Task.FromResult(cluster.Membership.Members.Count(member => member.Status == "up") == 2 && cluster.ChangesAfter(0).Any(change => change.What == "up")), "both are members");
        var changes = cluster.ChangesAfter(0);
        Assert.Equal(Enumerable.Range(1, changes.Count).Select(number => (long)number), changes.Select(change => change.Number));
        Assert.Equal(changes.Skip(1), cluster.ChangesAfter(1));
        Assert.Empty(cluster.ChangesAfter(cluster.Membership.LastChange));
    }
}
