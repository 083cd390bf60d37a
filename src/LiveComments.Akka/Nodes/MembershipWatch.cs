using Akka.Actor;
using Akka.Cluster;
using AkkaCluster = Akka.Cluster.Cluster;

namespace LiveComments.Akka.Nodes;

/// <summary>Hears of every change of membership.</summary>
internal sealed class MembershipWatch : ReceiveActor
{
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);

    public MembershipWatch(MembershipChanges changes)
    {
        Receive<ClusterEvent.IMemberEvent>(change => changes.Add(change.Member.Address, Name(change.Member.Status)));
        Receive<ClusterEvent.UnreachableMember>(change => changes.Add(change.Member.Address, "unreachable"));
        Receive<ClusterEvent.ReachableMember>(change => changes.Add(change.Member.Address, "reachable"));
        // Who was there before is no change.
        Receive<ClusterEvent.CurrentClusterState>(static _ => { });
    }

    /// <summary>A status as people read it.</summary>
    public static string Name(MemberStatus status) => status == MemberStatus.WeaklyUp ? "weakly-up" : status.ToString().ToLowerInvariant();

    protected override void PreStart() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}
