using Akka.Actor;
using Akka.Cluster.Sharding;
using LiveComments.Nodes;

namespace LiveComments.Akka.Nodes;

/// <summary>A cluster, as one of its nodes sees it.</summary>
internal sealed class ManyNodes(Engine engine, ClusterNode self) : ICluster
{
    public Membership Membership
    {
        get
        {
            // Read first: a change that comes in between is told once more.
            var last = self.Changes.Last;
            var state = self.Cluster.State;
            return new Membership(self.Cluster.SelfAddress.ToString(), state.Leader?.ToString(), self.Oldest?.Address.ToString(),
                [.. state.Members.Select(member => new ClusterMember(member.Address.ToString(), MembershipWatch.Name(member.Status), [.. member.Roles.Order(StringComparer.Ordinal)], !state.Unreachable.Contains(member)))],
                last);
        }
    }

    public IReadOnlyList<MembershipChange> ChangesAfter(long number) => self.Changes.After(number);

    public DownOutcome Down(string node)
    {
        var state = self.Cluster.State;
        if (state.Members.FirstOrDefault(member => member.Address.ToString() == node || member.Address.HostPort().EndsWith($"@{node}", StringComparison.Ordinal)) is not { } member)
            return DownOutcome.Unknown;
        if (!state.Unreachable.Contains(member))
            return DownOutcome.Reachable;
        self.Cluster.Down(member.Address);
        return DownOutcome.Down;
    }

    public async ValueTask<IReadOnlyList<NodeShards>?> ShardsAsync(CancellationToken ct) =>
        await engine.AskAsync<ClusterShardingStats>(new GetClusterShardingStats(Engine.AnswerTime / 2), ct) is { } stats
            ? [.. stats.Regions.OrderBy(region => region.Key.ToString(), StringComparer.Ordinal).Select(region => new NodeShards(region.Key.ToString(),
                [.. region.Value.Stats.OrderBy(shard => shard.Key.Length).ThenBy(shard => shard.Key, StringComparer.Ordinal).Select(shard => new EventShard(shard.Key, shard.Value))]))]
            : null;

    public ValueTask<EventLocation?> LocateAsync(EventId id, CancellationToken ct) => engine.LocateAsync(id, ct);

    public async ValueTask<IReadOnlyList<EventAudience>> AudiencesAsync(CancellationToken ct) => await self.Others.Ask<IReadOnlyList<EventAudience>>(OtherNodes.TellAudiences.Instance, ct);
}
