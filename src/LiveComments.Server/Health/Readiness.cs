namespace LiveComments.Server.Health;

/// <summary>Whether this server should be sent new work. A balancer asks <c>/healthz/ready</c>.</summary>
internal sealed class Readiness
{
    private volatile bool _leaving, _draining;

    /// <summary>It stops soon, and balancers should send new work elsewhere. What they still send is done.</summary>
    public bool IsLeaving => _leaving;

    /// <summary>It takes no new streams, and those it has are being closed.</summary>
    public bool IsDraining => _draining;

    /// <summary>From now on the server is not ready, but does everything.</summary>
    public void Leave() => _leaving = true;

    /// <summary>From now on the server is not ready and takes no new streams.</summary>
    public void Drain() => _leaving = _draining = true;
}
