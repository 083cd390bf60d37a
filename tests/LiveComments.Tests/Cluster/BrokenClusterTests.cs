using LiveComments.Nodes;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Cluster;

/// <summary>Tests of <see cref="ClusterSpec"/>: a cluster that breaks one promise must fail the test that is there for it.</summary>
public sealed class BrokenClusterTests
{
    private static readonly Dictionary<string, (string Test, Func<ICluster, ICluster> Break)> Promises = new()
    {
        ["is no member itself"] = (nameof(ClusterSpec.Every_node_names_all_members_and_says_which_it_is), inner => new BrokenCluster(inner) { Members = members => members with { Self = "akka://another" } }),
        ["forgets the roles"] = (nameof(ClusterSpec.Every_node_names_all_members_and_says_which_it_is),
            inner => new BrokenCluster(inner) { Members = members => members with { Members = [.. members.Members.Select(member => member with { Roles = [] })] } }),
        ["removes whoever is named"] = (nameof(ClusterSpec.A_member_that_answers_is_not_removed_and_one_that_does_not_exist_is_not_known), inner => new BrokenCluster(inner) { Downed = _ => DownOutcome.Down }),
        ["counts no events"] = (nameof(ClusterSpec.An_event_is_at_one_member_whichever_node_is_asked_and_in_the_shards_of_that_member),
            inner => new BrokenCluster(inner) { Shards = shards => [.. shards!.Select(node => node with { Shards = [] })] }),
        ["places events at strangers"] = (nameof(ClusterSpec.An_event_is_at_one_member_whichever_node_is_asked_and_in_the_shards_of_that_member),
            inner => new BrokenCluster(inner) { Location = location => location! with { Node = "akka://another" } }),
        ["counts nobody"] = (nameof(ClusterSpec.Every_node_knows_how_many_watch_an_event_on_each_node_and_who_is_told_what_is_new), inner => new BrokenCluster(inner) { Audiences = _ => [] }),
    };

    public static TheoryData<string> All => [.. Promises.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_cluster_that_breaks_one_promise_fails_the_test_of_it(string broken) =>
        Assert.Contains(Promises[broken].Test, await Specification.FailuresAsync(() => new OnOneNode(Promises[broken].Break)));

    private sealed class OnOneNode(Func<ICluster, ICluster> breaks) : ClusterSpec
    {
        private protected override async Task<IReadOnlyList<TestServer>> StartAsync() => [await TestServer.StartAsync()];

        private protected override ICluster Seen(ICluster cluster) => breaks(cluster);
    }
}
