using LiveComments.Feeds;
using LiveComments.Nodes;
using Microsoft.Extensions.Options;

namespace LiveComments.Akka.Nodes;

/// <summary>A node that is alone.</summary>
internal sealed class OneNode(Engine engine, EventFeeds feeds, IOptions<ClusterOptions> options) : ICluster
{
    public Membership Membership => new(engine.Address, engine.Address, engine.Address, [new ClusterMember(engine.Address, "up", options.Value.Has, true)], 0);

    public IReadOnlyList<MembershipChange> ChangesAfter(long number) => [];

    public DownOutcome Down(string node) => node == engine.Address ? DownOutcome.Reachable : DownOutcome.Unknown;

    public async ValueTask<IReadOnlyList<NodeShards>?> ShardsAsync(CancellationToken ct) =>
        await engine.AskAsync<LocalEvents.Counted>(LocalEvents.Count.Instance, ct) is { } counted ? [new NodeShards(engine.Address, [new EventShard("all", counted.Events)])] : null;

    public ValueTask<EventLocation?> LocateAsync(EventId id, CancellationToken ct) => engine.LocateAsync(id, ct);

    public ValueTask<IReadOnlyList<EventAudience>> AudiencesAsync(CancellationToken ct) =>
        new([.. feeds.Audiences().Select(one => new EventAudience(one.Event, [new NodeAudience(engine.Address, one.Viewers)]))]);
}
