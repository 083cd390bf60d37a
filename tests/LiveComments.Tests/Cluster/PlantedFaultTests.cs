using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.PostgreSql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cluster;

/// <summary>Each fault that the runs of <see cref="ClusterCrashTests"/> look for is planted once: an audit that misses one proves nothing.</summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql]
public sealed class PlantedFaultTests(PostgreSqlServer postgreSql, ITestOutputHelper output)
{
    [Fact]
    public async Task A_comment_that_a_node_was_not_told_and_does_not_miss_is_found()
    {
        var audit = await AuditAsync(BrokenHost.Fault.MissedComments, broken: 1);
        Assert.True(audit.Gaps + audit.OutOfOrder > 0, $"{audit}\n{audit.Findings}");
    }

    [Fact]
    public async Task A_removal_that_one_node_misses_is_found()
    {
        var audit = await AuditAsync(BrokenHost.Fault.MissedRemovals, broken: 1);
        Assert.True(audit.Lost > 0, $"{audit}\n{audit.Findings}");
    }

    [Fact]
    public async Task A_resume_that_is_off_by_one_is_found()
    {
        // Both nodes: with one, every viewer may by chance come back to the other.
        var audit = await AuditAsync(BrokenHost.Fault.ResumeOffByOne, broken: 2);
        Assert.True(audit.Duplicated > 0, $"{audit}\n{audit.Findings}");
    }

    [Fact]
    public async Task An_answer_before_the_commit_is_found()
    {
        var audit = await AuditAsync(BrokenHost.Fault.AckBeforeCommit, broken: 2, async cluster =>
        {
            var owner = await cluster.OwnerAsync();
            await cluster.WithoutAsync(owner, owner.RestartAsync);
        });
        Assert.True(audit.Lost > 0, $"{audit}\n{audit.Findings}");
    }

    /// <param name="broken">How many of two nodes.</param>
    /// <param name="crash">What happens in mid-burst; null for nothing but time.</param>
    private async Task<CrashAudit> AuditAsync(BrokenHost.Fault fault, int broken, Func<ChildCluster, Task>? crash = null)
    {
        var settings = ChildCluster.NodeSettings(await postgreSql.StoreSettingsAsync());
        await using var cluster = new ChildCluster(Enumerable.Range(0, 2).Select(node => node < broken ? ChildServer.BrokenOn(settings, fault) : ChildServer.On(settings)));
        var (_, audit) = await CrashRun.RunAsync(cluster, 1, async () =>
        {
            if (crash is not null)
                await crash(cluster);
            else
                await Task.Delay(TimeSpan.FromSeconds(2));
        }, TimeSpan.FromSeconds(2), output, settings: false, hoppers: 10);
        return audit;
    }
}
