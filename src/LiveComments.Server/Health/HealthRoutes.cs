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
        var warnings = ActivatorUtilities.CreateInstance<WarningEndpoints>(app.ServiceProvider, ActivatorUtilities.CreateInstance<Warnings>(app.ServiceProvider));
        app.MapGet("/warnings", warnings.Get).RequireCaller().Documented(new("listWarnings", "See what is wrong with the server now")
        {
            Description = "For administrators, of the node that is asked: its store, Kafka, Redis and statistics, comments that are refused because the server cannot take them, and slow answers. Empty when nothing is wrong.",
            Answers = [new(200, "Warnings")],
            Errors = [Error.Unauthenticated, Error.Forbidden],
        });
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
