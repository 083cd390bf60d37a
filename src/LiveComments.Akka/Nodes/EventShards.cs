using Akka.Cluster.Sharding;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka.Nodes;

/// <summary>Which shard an event belongs to. The number of shards never changes: nodes that count differently would place the same event twice.</summary>
internal sealed class EventShards() : HashCodeMessageExtractor(Shards)
{
    /// <summary>Ten for each of ten nodes: enough that the load of nodes is about equal.</summary>
    private const int Shards = 100;

    public override string? EntityId(object message) => (message as IEventMessage)?.Event.ToString();
}
