using System.Globalization;

namespace LiveComments.Load.Measure;

/// <summary>Prometheus' text format, as far as single figures are looked up in it.</summary>
internal static class ServerMetrics
{
    /// <returns>Values by name and labels, for example <c>livecomments_resumes_total{source="ring"}</c>.</returns>
    public static IReadOnlyDictionary<string, double> Read(string text)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
            if (!line.StartsWith('#') && line.LastIndexOf(' ') is var space and > 0 && double.TryParse(line[(space + 1)..], CultureInfo.InvariantCulture, out var value))
                values[line[..space]] = value;
        return values;
    }

    /// <summary>The sum over all labels of a metric, less what it was before.</summary>
    /// <param name="labels">Only where these are among them: <c>source="ring"</c>.</param>
    public static long Since(this IReadOnlyDictionary<string, double> now, IReadOnlyDictionary<string, double> before, string name, string labels = "") =>
        (long)now.Where(metric => metric.Key.Split('{')[0] == name && metric.Key.Contains(labels, StringComparison.Ordinal)).Sum(metric => metric.Value - before.GetValueOrDefault(metric.Key));
}
