using LiveComments.Server.Http;
using LiveComments.Stores;

namespace LiveComments.Server.Health;

/// <summary>What balancers and supervisors ask.</summary>
internal sealed class HealthEndpoints(Readiness readiness, IStoreHealth store, IEventCatalog catalog, IEventLog log, IEnumerable<IExternalHealth> others)
{
    public async Task<IResult> ReadyAsync(CancellationToken ct)
    {
        if (readiness.IsLeaving)
            return Problem.Of(Error.Draining);
        var fault = store.Fault;
        if (fault is { Condition: StoreCondition.Lost })
            return Problem.Of(Error.StoreUnavailable, fault.Text);
        // The cheapest questions that the databases themselves must answer.
        await catalog.FindAsync(new EventId(Guid.Empty), ct);
        await log.HeadsAsync([new EventId(Guid.Empty)], ct);
        var faults = others.Select(other => other.Fault).Prepend(fault?.Text).OfType<string>().ToList();
        return TypedResults.Text(faults.Count == 0 ? "ready\n" : $"degraded: {string.Join(' ', faults)}\n");
    }
}
