using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace LiveComments.Load.Measure;

/// <summary>The figures of one stage, in the order they are shown.</summary>
internal sealed class Report(string stage)
{
    private readonly List<(string Name, object Value, string Unit)> _figures = [];

    public string Stage => stage;

    /// <summary>What the checker said; null where there was nothing to check.</summary>
    public string? Verdict { get; private set; }

    public bool Passed { get; private set; } = true;

    /// <param name="unit">Empty for counts.</param>
    public Report Add(string name, long value, string unit = "") => Append(name, value, unit);

    public Report Add(string name, double value, string unit) => Append(name, Math.Round(value, Math.Abs(value) < 10 ? 2 : 1), unit);

    /// <summary>Percentiles of a histogram in milliseconds.</summary>
    public Report Add(string name, Histogram latency) =>
        Add($"{name} p50", latency.Percentile(0.50) / 1000.0, "ms").Add($"{name} p99", latency.Percentile(0.99) / 1000.0, "ms").Add($"{name} max", latency.Max / 1000.0, "ms");

    public Report Add(string name, IReadOnlyDictionary<string, int> counts)
    {
        foreach (var (key, count) in counts)
            Add($"{name} {key}", count);
        return this;
    }

    public Report Judge(bool passed, string verdict)
    {
        Passed &= passed;
        Verdict = verdict;
        return this;
    }

    public string ToJson()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("stage", stage);
            json.WriteBoolean("passed", Passed);
            json.WriteString("verdict", Verdict);
            foreach (var (name, value, unit) in _figures)
            {
                json.WritePropertyName(unit.Length == 0 ? name : $"{name} ({unit})");
                if (value is long count)
                    json.WriteNumberValue(count);
                else
                    json.WriteNumberValue((double)value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public string ToMarkdown() =>
        $"| figure | |\n|---|---|\n{string.Concat(_figures.Select(figure => $"| {figure.Name} | {Shown(figure.Value, figure.Unit)} |\n"))}\n{Verdict}\n";

    public void Print()
    {
        var table = new Table().Title(Markup.Escape(stage)).HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (var (name, value, unit) in _figures)
            table.AddRow(Markup.Escape(name), Markup.Escape(Shown(value, unit)));
        AnsiConsole.Write(table);
        if (Verdict is not null)
            AnsiConsole.MarkupLineInterpolated($"[{(Passed ? "green" : "red")}]{Verdict}[/]");
    }

    private static string Shown(object value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:#,0.##} {unit}").TrimEnd();

    private Report Append(string name, object value, string unit)
    {
        _figures.Add((name, value, unit));
        return this;
    }
}
