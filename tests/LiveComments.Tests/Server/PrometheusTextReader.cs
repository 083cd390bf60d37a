using System.Globalization;
using System.Text.RegularExpressions;

namespace LiveComments.Tests.Server;

/// <summary>Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0 as strictly as their specifications allow, and throws at the first fault.</summary>
internal static partial class PrometheusTextReader
{
    public sealed record Sample(string Name, string Labels, double Value);

    public sealed record Family(string Name, string Type, string? Help, string? Unit, List<Sample> Samples);

    public static IReadOnlyDictionary<string, Family> Read(string text, bool openMetrics)
    {
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        var series = new HashSet<string>(StringComparer.Ordinal);
        Family? current = null;
        Check(text.EndsWith('\n'), "the last line has no end", text);
        var lines = text.Split('\n')[..^1];
        if (openMetrics)
        {
            Check(lines[^1] == "# EOF", "OpenMetrics ends with # EOF", lines[^1]);
            lines = lines[..^1];
        }
        foreach (var line in lines)
        {
            Check(!line.Contains('\r'), "a carriage return", line);
            if (line.StartsWith('#'))
            {
                var match = Metadata().Match(line);
                Check(match.Success, "no metadata", line);
                var (kind, name, rest) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
                if (current?.Name != name)
                {
                    Check(!families.ContainsKey(name), "a family in two places", line);
                    Check(kind == "TYPE", "the type comes first", line);
                    Check(rest is "counter" or "gauge" or "histogram", "an unknown type", line);
                    current = new Family(name, rest, null, null, []);
                }
                else
                {
                    Check(current.Samples.Count == 0, "metadata after samples", line);
                    Check(kind != "TYPE" && (kind != "UNIT" || openMetrics), "metadata that does not belong here", line);
                    Check(!BadEscape().IsMatch(rest), "a bad escape", line);
                    Check(kind != "UNIT" || name.EndsWith($"_{rest}", StringComparison.Ordinal), "a unit that is not in the name", line);
                    current = kind == "HELP" ? current with { Help = rest } : current with { Unit = rest };
                }
                families[name] = current;
                continue;
            }
            var sample = SampleLine().Match(line);
            Check(sample.Success, "no sample", line);
            // When a series began: OpenMetrics has it beside every counter and histogram.
            if (openMetrics && current is { Type: "counter" or "histogram" } && sample.Groups[1].Value == $"{current.Name}_created")
                continue;
            Check(current is not null && sample.Groups[1].Value == SampleName(current, sample.Groups[1].Value, openMetrics), "a sample outside its family", line);
            Check(series.Add(sample.Groups[1].Value + sample.Groups[2].Value), "a series twice", line);
            var names = LabelName().Matches(sample.Groups[2].Value).Select(label => label.Groups[1].Value).ToList();
            Check(names.Distinct(StringComparer.Ordinal).Count() == names.Count, "a label twice", line);
            current!.Samples.Add(new Sample(sample.Groups[1].Value, sample.Groups[2].Value.Trim('{', '}'), Number(sample.Groups[3].Value)));
        }
        foreach (var family in families.Values)
            CheckValues(family);
        return families;
    }

    private static string SampleName(Family family, string sample, bool openMetrics) => family.Type switch
    {
        "counter" => openMetrics ? $"{family.Name}_total" : family.Name.EndsWith("_total", StringComparison.Ordinal) ? family.Name : "a counter ends in _total",
        "histogram" => sample == $"{family.Name}_bucket" || sample == $"{family.Name}_sum" || sample == $"{family.Name}_count" ? sample : family.Name,
        _ => family.Name,
    };

    private static void CheckValues(Family family)
    {
        Check(family.Samples.Count > 0, "a family without samples", family.Name);
        if (family.Type == "counter")
            Check(family.Samples.All(sample => sample.Value >= 0), "a counter below zero", family.Name);
        if (family.Type != "histogram")
            return;
        foreach (var histogram in family.Samples.GroupBy(sample => Bound().Replace(sample.Labels, "")))
        {
            var buckets = histogram.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
            var bounds = buckets.Select(bucket => Number(Bound().Match(bucket.Labels).Groups[1].Value)).ToList();
            Check(bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second), "bounds out of order", family.Name);
            Check(buckets.Zip(buckets.Skip(1)).All(pair => pair.First.Value <= pair.Second.Value), "buckets that do not add up", family.Name);
            Check(double.IsPositiveInfinity(bounds[^1]), "no +Inf", family.Name);
            Check(histogram.Single(sample => sample.Name == $"{family.Name}_count").Value == buckets[^1].Value, "a count that is not that of +Inf", family.Name);
            _ = histogram.Single(sample => sample.Name == $"{family.Name}_sum");
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static void Check(bool holds, string fault, string where)
    {
        if (!holds)
            throw new FormatException($"{fault}: {where}");
    }

    [GeneratedRegex("^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$")]
    private static partial Regex Metadata();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*")*)?\})? ([+-]Inf|NaN|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"[,}]""")]
    private static partial Regex LabelName();

    [GeneratedRegex("""(?:^|,)le="([^"]*)"$""")]
    private static partial Regex Bound();

    [GeneratedRegex("""(?<!\\)(?:\\\\)*\\(?![\\n"])""")]
    private static partial Regex BadEscape();
}
