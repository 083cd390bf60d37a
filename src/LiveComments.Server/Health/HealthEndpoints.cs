using LiveComments.Server.Connections;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;
using LiveComments.Stores;

namespace LiveComments.Server.Health;

/// <summary>What balancers and supervisors ask.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz/live", () => TypedResults.Text("live\n")).OutsideRequestLimits().OfAnyHost().AnsweredWhenFull()
            .Documented(new("getLiveness", "Say whether the process answers at all") { Answers = [new(200, null, "text/plain")] });
        app.MapGet("/healthz/ready", ReadyAsync).OutsideRequestLimits().OfAnyHost().AnsweredWhenFull()
            .Documented(new("getReadiness", "Say whether the server should be sent new work")
            {
                Description = "503 while it drains before it stops, while its store does not answer, and when the store is lost; `detail` says which. While only a part fails (the disk is full, or a part of "
                    + "the database is damaged), 200 with a text that begins with `degraded: `: reading goes on.",
                Answers = [new(200, null, "text/plain")],
                Errors = [Error.Draining, Error.StoreUnavailable],
            });
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, IStoreHealth store, IEventCatalog catalog, CancellationToken ct)
    {
        if (readiness.IsLeaving)
            return Problem.Of(Error.Draining);
        var fault = store.Fault;
        if (fault is { Condition: StoreCondition.Lost })
            return Problem.Of(Error.StoreUnavailable, fault.Text);
        // The cheapest question that the database itself must answer.
        await catalog.FindAsync(new EventId(Guid.Empty), ct);
        return TypedResults.Text(fault is null ? "ready\n" : $"degraded: {fault.Text}\n");
    }
}
