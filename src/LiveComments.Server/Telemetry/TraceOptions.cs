using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server.Telemetry;

/// <summary>Traces of single comments: section <c>LiveComments:Traces</c>.</summary>
internal sealed class TraceOptions
{
    /// <summary>
    /// The share of comments that are traced, from arrival to the first frame, and sent by OTLP to `OTEL_EXPORTER_OTLP_ENDPOINT`. Off by default: one in a thousand (0.001) shows where time goes.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Share { get; set; }
}
