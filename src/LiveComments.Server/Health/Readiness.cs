namespace LiveComments.Server.Health;

/// <summary>Whether this server should be sent new work. A balancer asks <c>/healthz/ready</c>.</summary>
internal sealed class Readiness
{
    private volatile bool _draining;

    public bool IsDraining => _draining;

    /// <summary>From now on the server is not ready: it stops soon, and balancers should send new work elsewhere.</summary>
    public void Drain() => _draining = true;
}
