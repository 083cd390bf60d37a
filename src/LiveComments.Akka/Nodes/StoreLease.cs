using Akka.Actor;
using Akka.Coordination;

namespace LiveComments.Akka.Nodes;

/// <summary>A lease of Akka's in the store that the nodes share: of two sides of a split, the one that gets it goes on. A store that does not answer gives none.</summary>
internal sealed class StoreLease : Lease
{
    /// <summary>Longer than a split is decided in, on both sides.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromMinutes(1);

    private readonly INodeDirectory _nodes;
    private readonly TimeProvider _time;
    private long _takenAt;
    private bool _taken;

    public StoreLease(LeaseSettings settings, ExtendedActorSystem system) : base(settings)
    {
        var setup = system.Settings.Setup.Get<StoreLeaseSetup>().Value;
        (_nodes, _time) = (setup.Nodes, setup.Time);
    }

    public override async Task<bool> Acquire()
    {
        var began = _time.GetTimestamp();
        try
        {
            _taken = await _nodes.TryLeaseAsync(Settings.LeaseName, Settings.OwnerName, Held, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            _taken = false;
        }
        _takenAt = began;
        return _taken;
    }

    public override Task<bool> Acquire(Action<Exception> leaseLostCallback) => Acquire();

    public override async Task<bool> Release()
    {
        _taken = false;
        try
        {
            await _nodes.ReleaseAsync(Settings.LeaseName, Settings.OwnerName, CancellationToken.None);
            return true;
        }
        catch (StoreUnavailableException)
        {
            // It ends by itself.
            return false;
        }
    }

    public override bool CheckLease() => _taken && _time.GetElapsedTime(_takenAt) < Held;
}
