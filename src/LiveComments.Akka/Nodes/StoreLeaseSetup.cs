using Akka.Actor.Setup;

namespace LiveComments.Akka.Nodes;

/// <summary>Hands the store to <see cref="StoreLease"/>, which Akka makes by its name.</summary>
internal sealed class StoreLeaseSetup(INodeDirectory nodes, TimeProvider time) : Setup
{
    public INodeDirectory Nodes => nodes;

    public TimeProvider Time => time;
}
