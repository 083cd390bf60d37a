using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace LiveComments.Server.Telemetry;

/// <summary>
/// Prometheus' text format 0.0.4, or OpenMetrics 1.0, which differs in the metadata of counters and in its end. Names follow
/// OpenTelemetry's rules for Prometheus: unit as suffix, <c>_total</c> on what only grows.
/// </summary>
internal static class PrometheusText
{
    public static string Write(IEnumerable<Metric> metrics, bool openMetrics)
    {
        var text = new StringBuilder(32 * 1024);
        // A name stands in one block, whatever meters it came from.
        foreach (var family in metrics.Select(metric => (Name: NameOf(metric), Metric: metric)).GroupBy(named => named.Name, named => named.Metric))
        {
            var first = family.First();
            var type = TypeOf(first);
            var sample = type == "counter" ? $"{family.Key}_total" : family.Key;
            var name = openMetrics ? family.Key : sample;
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            if (openMetrics && UnitOf(first) is { Length: > 0 } unit)
                text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
            if (first.Description is { Length: > 0 } description)
                Escape(text.Append("# HELP ").Append(name).Append(' '), description, quotes: openMetrics).Append('\n');
            foreach (var metric in family.Where(metric => TypeOf(metric) == type))
                foreach (ref readonly var point in metric.GetMetricPoints())
                    WritePoint(text, sample, metric.MetricType, point);
        }
        if (openMetrics)
            text.Append("# EOF\n");
        return text.ToString();
    }

    private static void WritePoint(StringBuilder text, string name, MetricType type, in MetricPoint point)
    {
        var labels = Labels(point.Tags);
        if (type == MetricType.Histogram)
        {
            long count = 0;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                count += bucket.BucketCount;
                var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Bound(bucket.ExplicitBound);
                Sample(text, $"{name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", count);
            }
            Sample(text, $"{name}_sum", labels, point.GetHistogramSum());
            Sample(text, $"{name}_count", labels, count);
            return;
        }
        Sample(text, name, labels, type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        });
    }

    private static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? value > 0 ? "+Inf" : "-Inf" : value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Labels(OpenTelemetry.ReadOnlyTagCollection tags)
    {
        if (tags.Count == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Words(key)).Append("=\"");
            Escape(text, value is bool truth ? truth ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true).Append('"');
        }
        return text.ToString();
    }

    private static string TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static string NameOf(Metric metric)
    {
        var name = Words(metric.Name);
        if (name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        var unit = UnitOf(metric);
        return unit.Length == 0 || name.EndsWith($"_{unit}", StringComparison.Ordinal) ? name : $"{name}_{unit}";
    }

    private static string UnitOf(Metric metric) => metric.Unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "1" when TypeOf(metric) == "gauge" => "ratio",
        // What is counted, {comment}, is said by the name.
        _ => "",
    };

    private static string Words(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetter(c) || c == '_' || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));

    /// <summary>OpenMetrics wants every bound as a floating-point number.</summary>
    private static string Bound(double bound)
    {
        var text = bound.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0";
    }

    private static StringBuilder Escape(StringBuilder text, string value, bool quotes)
    {
        foreach (var c in value)
            switch (c)
            {
                case '\\': text.Append(@"\\"); break;
                case '\n': text.Append(@"\n"); break;
                case '"' when quotes: text.Append("\\\""); break;
                default: text.Append(c); break;
            }
        return text;
    }
}
