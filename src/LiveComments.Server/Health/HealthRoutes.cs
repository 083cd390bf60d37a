using LiveComments.Server.Connections;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Health;

/// <summary>The calls of balancers and supervisors.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = ActivatorUtilities.CreateInstance<HealthEndpoints>(app.ServiceProvider);
        app.MapGet("/healthz/live", () => TypedResults.Text("live\n")).OutsideRequestLimits().OfAnyHost().AnsweredWhenFull()
            .Documented(new("getLiveness", "Say whether the process answers at all") { Answers = [new(200, null, "text/plain")] });
        app.MapGet("/healthz/ready", health.ReadyAsync).OutsideRequestLimits().OfAnyHost().AnsweredWhenFull()
            .Documented(new("getReadiness", "Say whether the server should be sent new work")
            {
                Description = "503 while it drains before it stops, while its store does not answer, and when the store is lost; `detail` says which. While only a part fails (the disk is full, a part of "
                    + "the database is damaged, or Kafka does not answer), 200 with a text that begins with `degraded: `: everything else goes on.",
                Answers = [new(200, null, "text/plain")],
                Errors = [Error.Draining, Error.StoreUnavailable],
            });
    }
}
