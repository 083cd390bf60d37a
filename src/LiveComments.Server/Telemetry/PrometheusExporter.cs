using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace LiveComments.Server.Telemetry;

/// <summary>Collects all metrics when asked, and only then.</summary>
internal sealed class PrometheusExporter : BaseExporter<Metric>
{
    private readonly Lock _oneScrape = new();
    private bool _openMetrics;
    private string _text = "";

    public PrometheusExporter() => Reader = new BaseExportingMetricReader(this);

    /// <summary>To be added to the one provider of meters.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <summary>All metrics as they are now, in OpenMetrics 1.0 or in Prometheus' text format 0.0.4.</summary>
    public string Scrape(bool openMetrics)
    {
        lock (_oneScrape)
        {
            _openMetrics = openMetrics;
            Reader.Collect();
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        List<Metric> metrics = [];
        foreach (var metric in batch)
            metrics.Add(metric);
        _text = PrometheusText.Write(metrics, _openMetrics);
        return ExportResult.Success;
    }
}
