using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Health;

/// <summary>What balancers and supervisors ask.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz/live", () => TypedResults.Text("live\n")).OutsideRequestLimits()
            .Documented(new("Whether the process answers at all") { Answers = [new(200, null, "text/plain")] });
        app.MapGet("/healthz/ready", ReadyAsync).OutsideRequestLimits()
            .Documented(new("Whether the server should be sent new work")
            {
                Description = "503 while it drains before it stops, and while its store does not answer.",
                Answers = [new(200, null, "text/plain")],
                Errors = [Error.Draining, Error.StoreUnavailable],
            });
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, IEventCatalog catalog, CancellationToken ct)
    {
        if (readiness.IsDraining)
            return Problem.Of(Error.Draining);
        // The cheapest question that the database itself must answer.
        await catalog.FindAsync(new EventId(Guid.Empty), ct);
        return TypedResults.Text("ready\n");
    }
}
