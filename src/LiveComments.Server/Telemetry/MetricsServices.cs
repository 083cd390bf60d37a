using System.Diagnostics.Metrics;
using LiveComments.Configuration;
using LiveComments.Ingest;
using LiveComments.Server.Auth;
using LiveComments.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace LiveComments.Server.Telemetry;

/// <summary>Collects the product's instruments and a small choice of the framework's.</summary>
internal static class MetricsServices
{
    public static readonly string Version = typeof(MetricsServices).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static void AddMetrics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<MetricsOptions>("LiveComments:Metrics").ValidateForm(options => options.Fault());
        builder.Services.AddSingleton(CreateProvider);
    }

    /// <summary>Starts collecting before any counter is created, because earlier counts would be lost.</summary>
    public static void UseMetrics(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<MeterProvider>();
        // Created now rather than with the first comment and the first sign-in.
        _ = app.Services.GetRequiredService<IngestMetrics>();
        _ = app.Services.GetRequiredService<SignInMetrics>();
    }

    private static MeterProvider CreateProvider(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var factory = services.GetRequiredService<IMeterFactory>();
        var meter = factory.LiveComments();
        meter.CreateObservableGauge("livecomments.thread_pool.waiting", () => ThreadPool.PendingWorkItemCount, "{work_item}", "Work that waits for a thread. More than a moment's worth means that something blocks threads.");
        meter.CreateObservableGauge("livecomments.build", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)), "{build}", "1, tagged with what runs.");
        var provider = Sdk.CreateMeterProviderBuilder()
            // The standard OTEL_ variables may then stand in any source of configuration.
            .ConfigureServices(inner => inner.AddSingleton(configuration))
            .ConfigureResource(resource => resource.AddService("livecomments", serviceVersion: Version))
            .AddMeter(Metering.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddView(instrument => View(instrument, factory))
            .AddPrometheusExporter(prometheus =>
            {
                // No caching of scrapes. The scope is the same for all metrics, and operators name their targets themselves.
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
            });
        if (!string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"]))
            provider.AddOtlpExporter();
        return provider.Build();
    }

    private static MetricStreamConfiguration? View(Instrument instrument, IMeterFactory ours) => instrument switch
    {
        // Meters are matched by name, and other code in this process may use the same names. Only .NET's own meter has no owner.
        { Meter: { Name: not "System.Runtime", Scope: var owner } } when owner != ours => MetricStreamConfiguration.Drop,
        // These rise and fall, but .NET 10 calls them counters.
        { Name: "dotnet.thread_pool.thread.count" or "dotnet.thread_pool.queue.length" } => MetricStreamConfiguration.Drop,
        { Meter.Name: Metering.MeterName or "System.Runtime" } => null,
        // Without tags for protocol, scheme and address, which multiply the series.
        { Name: "http.server.request.duration" } => new ExplicitBucketHistogramConfiguration
        {
            TagKeys = ["http.request.method", "http.route", "http.response.status_code"],
            Boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
        },
        { Name: "http.server.active_requests" or "kestrel.active_connections" or "kestrel.rejected_connections" } => new MetricStreamConfiguration { TagKeys = [] },
        _ => MetricStreamConfiguration.Drop,
    };
}
