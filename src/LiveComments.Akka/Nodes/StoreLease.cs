using Akka.Actor;
using Akka.Coordination;
using AkkaCluster = Akka.Cluster.Cluster;

namespace LiveComments.Akka.Nodes;

/// <summary>
/// Decides which side of a split goes on. A side with most of the nodes does, whatever the store says, and writes it into the store. A smaller side, or a half, goes on only when it gets the
/// lease there and still has it a moment later: nobody else is left then. A store that does not answer gives none.
/// </summary>
internal sealed class StoreLease : Lease
{
    /// <summary>Longer than the last node of a split takes to notice it and to ask.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(15);

    /// <summary>After this time a smaller side looks whether a larger one has taken the lease from it.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly ActorSystem _system;
    private readonly INodeDirectory _nodes;
    private readonly TimeProvider _time;
    private long _takenAt;
    private bool _taken;

    public StoreLease(LeaseSettings settings, ExtendedActorSystem system) : base(settings)
    {
        var setup = system.Settings.Setup.Get<StoreLeaseSetup>().Value;
        (_system, _nodes, _time) = (system, setup.Nodes, setup.Time);
    }

    private string Owner => AkkaCluster.Get(_system).SelfAddress.ToString();

    public override async Task<bool> Acquire()
    {
        var began = _time.GetTimestamp();
        var state = AkkaCluster.Get(_system).State;
        var here = state.Members.Except(state.Unreachable).Select(member => member.Address.ToString()).ToList();
        var isMajority = 2 * here.Count > state.Members.Count;
        var taken = await TryAsync(isMajority ? null : here) || isMajority;
        if (taken && !isMajority)
        {
            await Task.Delay(LookAgain, _time);
            taken = await TryAsync(here);
        }
        (_taken, _takenAt) = (taken, began);
        return taken;
    }

    public override Task<bool> Acquire(Action<Exception> leaseLostCallback) => Acquire();

    public override async Task<bool> Release()
    {
        _taken = false;
        try
        {
            await _nodes.ReleaseAsync(Settings.LeaseName, Owner, CancellationToken.None);
            return true;
        }
        catch (StoreUnavailableException)
        {
            // It ends by itself.
            return false;
        }
    }

    public override bool CheckLease() => _taken && _time.GetElapsedTime(_takenAt) < Held;

    private async Task<bool> TryAsync(IReadOnlyCollection<string>? from)
    {
        try
        {
            return await _nodes.TryLeaseAsync(Settings.LeaseName, Owner, Held, from, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
