using System.Net;
using LiveComments.Server.Connections;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace LiveComments.Server.Telemetry;

/// <summary><c>/metrics</c>, for those who may read it.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this WebApplication app)
    {
        var readers = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Readers
            .Select(reader => ProxyOptions.TryNetwork(reader, out var network) ? network : default).ToArray();
        var provider = app.Services.GetRequiredService<MeterProvider>();
        app.MapPrometheusScrapingEndpoint("/metrics", provider, branch => branch.Use(next => context => MayRead(context, readers) ? next(context) : Problem.Of(Error.NotFound).ExecuteAsync(context)), optionsName: null)
            .WithMetadata(new HttpMethodMetadata(["GET"])).OutsideRequestLimits().AnsweredWhenFull().Documented(new("getMetrics", "Get metrics for Prometheus")
            {
                Description = "Prometheus' text format, or OpenMetrics by `Accept`. Only for this machine and the addresses that the operator names; not found for others.",
                Answers = [new(200, null, "text/plain")],
                Errors = [Error.NotFound],
            });
    }

    private static bool MayRead(HttpContext context, IPNetwork[] readers) =>
        context.Sender() is { } sender && (IPAddress.IsLoopback(sender) || readers.Any(network => network.Contains(sender)));
}
