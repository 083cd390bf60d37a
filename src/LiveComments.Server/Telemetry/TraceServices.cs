using LiveComments.Configuration;
using LiveComments.Telemetry;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LiveComments.Server.Telemetry;

/// <summary>Sends traces of a share of the comments by OTLP. Off by default.</summary>
internal static class TraceServices
{
    public static void AddTraces(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<TraceOptions>("LiveComments:Traces").ValidateDataAnnotations()
            .Validate<IConfiguration>((options, configuration) => options.Share == 0 || HasCollector(configuration), "LiveComments:Traces:Share needs a collector: set OTEL_EXPORTER_OTLP_ENDPOINT.").ValidateOnStart();
        builder.Services.AddSingleton(CreateProvider);
    }

    /// <summary>Starts collecting, where anything is to be collected.</summary>
    public static void UseTraces(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<TraceOptions>>().Value.Share > 0)
            _ = app.Services.GetRequiredService<TracerProvider>();
    }

    private static TracerProvider CreateProvider(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(inner => inner.AddSingleton(configuration))
            .ConfigureResource(resource => resource.AddService("livecomments", serviceVersion: MetricsServices.Version))
            .AddSource(Tracing.SourceName)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(services.GetRequiredService<IOptions<TraceOptions>>().Value.Share)))
            .AddOtlpExporter()
            .Build();
    }

    private static bool HasCollector(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]);
}
