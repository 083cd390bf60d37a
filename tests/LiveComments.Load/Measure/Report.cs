using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace LiveComments.Load.Measure;

/// <summary>The figures of one stage, in the order they are shown. Its line of JSON can be read back.</summary>
internal sealed class Report(string stage)
{
    private readonly List<(string Name, object Value, string Unit)> _figures = [];

    public string Stage => stage;

    /// <summary>The command line that gives it.</summary>
    public string Command { get; set; } = "";

    /// <summary>When it was measured, UTC.</summary>
    public DateOnly Date { get; set; } = DateOnly.FromDateTime(DateTime.UtcNow);

    /// <summary>On what it was measured.</summary>
    public string Machine { get; set; } = Measure.Machine.Describe();

    /// <summary>What the checker said; null where there was nothing to check.</summary>
    public string? Verdict { get; private set; }

    public bool Passed { get; private set; } = true;

    public Report Add(string name, string value) => Append(name, value, "");

    /// <param name="unit">Empty for counts.</param>
    public Report Add(string name, long value, string unit = "") => Append(name, value, unit);

    /// <inheritdoc cref="Add(string, long, string)"/>
    public Report Add(string name, double value, string unit) => Append(name, Math.Round(value, Math.Abs(value) < 10 ? 2 : 1), unit);

    /// <summary>Percentiles of a histogram in milliseconds.</summary>
    public Report Add(string name, Histogram latency) =>
        Add($"{name} p50", latency.Percentile(0.50) / 1000.0, "ms").Add($"{name} p99", latency.Percentile(0.99) / 1000.0, "ms").Add($"{name} p99.9", latency.Percentile(0.999) / 1000.0, "ms")
            .Add($"{name} max", latency.Max / 1000.0, "ms");

    public Report Add(string name, IReadOnlyDictionary<string, int> counts)
    {
        foreach (var (key, count) in counts)
            Add($"{name} {key}", count);
        return this;
    }

    public Report Judge(bool passed, string verdict)
    {
        Passed &= passed;
        Verdict = Verdict is null ? verdict : $"{Verdict}; {verdict}";
        return this;
    }

    /// <summary>A figure by its name in the JSON, for example <c>elapsed (s)</c>; null where there is none.</summary>
    public object? Figure(string key) => _figures.Find(figure => Key(figure.Name, figure.Unit) == key).Value;

    /// <inheritdoc cref="Figure"/>
    public double? Number(string key) => Figure(key) switch { long count => count, double value => value, _ => null };

    public string ToJson()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("stage", stage);
            json.WriteString("command", Command);
            json.WriteString("date", Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("machine", Machine);
            json.WriteBoolean("passed", Passed);
            json.WriteString("verdict", Verdict);
            foreach (var (name, value, unit) in _figures)
            {
                json.WritePropertyName(Key(name, unit));
                if (value is long count)
                    json.WriteNumberValue(count);
                else if (value is double number)
                    json.WriteNumberValue(number);
                else
                    json.WriteStringValue((string)value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It did not.</exception>
    public static Report Parse(string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            var report = new Report(json.GetProperty("stage").GetString()!)
            {
                Command = json.GetProperty("command").GetString()!,
                Date = DateOnly.Parse(json.GetProperty("date").GetString()!, CultureInfo.InvariantCulture),
                Machine = json.GetProperty("machine").GetString()!,
                Passed = json.GetProperty("passed").GetBoolean(),
                Verdict = json.GetProperty("verdict").GetString(),
            };
            foreach (var figure in json.EnumerateObject().Skip(6))
                report.Append(figure.Name, figure.Value.ValueKind == JsonValueKind.String ? figure.Value.GetString()! : figure.Value.TryGetInt64(out var count) ? count : figure.Value.GetDouble(), "");
            return report;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"This is not the line of a stage: {line}", e);
        }
    }

    public void Print()
    {
        var table = new Table().Title(Markup.Escape(stage)).HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (var (name, value, unit) in _figures)
            table.AddRow(Markup.Escape(name), Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{value:#,0.##} {unit}").TrimEnd()));
        AnsiConsole.Write(table);
        if (Verdict is not null)
            AnsiConsole.MarkupLineInterpolated($"[{(Passed ? "green" : "red")}]{Verdict}[/]");
    }

    private static string Key(string name, string unit) => unit.Length == 0 ? name : $"{name} ({unit})";

    private Report Append(string name, object value, string unit)
    {
        _figures.Add((name, value, unit));
        return this;
    }
}
