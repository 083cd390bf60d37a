using System.Net;
using LiveComments.Accounts;
using LiveComments.Nodes;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="ICluster"/> promises, of one node as of several.</summary>
public abstract class ClusterSpec : IAsyncLifetime
{
    private IReadOnlyList<TestServer> _nodes = [];

    /// <summary>Starts the nodes, which serve the same events.</summary>
    private protected abstract Task<IReadOnlyList<TestServer>> StartAsync();

    /// <summary>What a node's <see cref="ICluster"/> is taken for.</summary>
    private protected virtual ICluster Seen(ICluster cluster) => cluster;

    public async Task InitializeAsync() => _nodes = await StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Every_node_names_all_members_and_says_which_it_is()
    {
        await Http.EventuallyAsync(() => Task.FromResult(Clusters.All(cluster => cluster.Membership.Members.Count(member => member is { Status: "up", IsReachable: true }) == _nodes.Count)), "all are members");
        Assert.All(Clusters, cluster => Assert.Contains(cluster.Membership.Members, member => member.Node == cluster.Membership.Self));
        Assert.Equal(_nodes.Count, Clusters.Select(cluster => cluster.Membership.Self).Distinct().Count());
        Assert.Single(Clusters.Select(cluster => cluster.Membership.Leader).Distinct());
        Assert.Single(Clusters.Select(cluster => cluster.Membership.Oldest).Distinct());
        Assert.All(Clusters, cluster => Assert.Equal(["edge", "event", "ingest"], cluster.Membership.Members[0].Roles));
    }

    [Fact]
    public async Task An_event_is_at_one_member_whichever_node_is_asked_and_in_the_shards_of_that_member()
    {
        var live = await _nodes[0].GoLiveAsync();
        using var author = _nodes[^1].As(Role.Viewer);
        using (var answer = await Http.UntilTakenAsync(() => author.PostAsync($"/live/{live}/comments", new StringContent("""{"commentText":"one"}""", System.Text.Encoding.UTF8, "application/json"))))
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        EventId.TryParse(live, out var id);
        string[] places = [.. (await Task.WhenAll(Clusters.Select(cluster => cluster.LocateAsync(id, default).AsTask()))).Select(place => Assert.IsType<EventLocation>(place).Node)];
        var node = Assert.Single(places.Distinct());
        Assert.Contains(Clusters, cluster => cluster.Membership.Self == node);
        foreach (var cluster in Clusters)
        {
            var shards = Assert.IsAssignableFrom<IReadOnlyList<NodeShards>>(await cluster.ShardsAsync(default));
            Assert.True(shards.Single(one => one.Node == node).Shards.Sum(shard => shard.Events) >= 1);
            Assert.Empty(shards.Select(one => one.Node).Except(cluster.Membership.Members.Select(member => member.Node)));
        }
    }

    [Fact]
    public async Task Every_node_knows_how_many_watch_an_event_on_each_node_and_who_is_told_what_is_new()
    {
        var live = await _nodes[0].GoLiveAsync();
        EventId.TryParse(live, out var id);
        foreach (var cluster in Clusters)
            Assert.DoesNotContain(await cluster.AudiencesAsync(default), audience => audience.Event == id);
        var viewers = new List<StreamClient>();
        foreach (var node in _nodes)
            for (var i = 0; i < 2; i++)
                viewers.Add(await StreamClient.WebSocketAsync(node, live));
        string[] all = [.. Clusters.Select(cluster => cluster.Membership.Self).Order(StringComparer.Ordinal)];
        foreach (var cluster in Clusters)
        {
            await Http.EventuallyAsync(async () => (await cluster.AudiencesAsync(default)).SingleOrDefault(audience => audience.Event == id)?.Nodes.SequenceEqual(all.Select(node => new NodeAudience(node, 2))) is true,
                "two watch on each node");
            await Http.EventuallyAsync(async () => (await cluster.LocateAsync(id, default))?.Relays.SequenceEqual(all) is true, "every node is told what is new");
        }
        foreach (var viewer in viewers)
            await viewer.DisposeAsync();
    }

    [Fact]
    public void A_member_that_answers_is_not_removed_and_one_that_does_not_exist_is_not_known() => Assert.All(Clusters, cluster =>
    {
        Assert.All(cluster.Membership.Members, member => Assert.Equal(DownOutcome.Reachable, cluster.Down(member.Node)));
        Assert.Equal(DownOutcome.Unknown, cluster.Down("127.0.0.1:1"));
        Assert.Equal(DownOutcome.Unknown, cluster.Down(""));
    });

    private protected IEnumerable<ICluster> Clusters => _nodes.Select(node => Seen(node.Services.GetRequiredService<ICluster>()));
}
