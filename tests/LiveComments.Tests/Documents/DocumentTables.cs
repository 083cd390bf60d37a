using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LiveComments.Configuration;

namespace LiveComments.Tests.Documents;

/// <summary>The tables of the documents that follow from the code.</summary>
internal static partial class DocumentTables
{
    /// <summary>Defaults that depend on the machine.</summary>
    private static readonly Dictionary<string, string> Measured = new()
    {
        ["LiveComments:Feeds:Senders"] = "cores / 2, at least 1",
        ["LiveComments:Passwords:Concurrent"] = "half the cores",
        ["LiveComments:Sqlite:Readers"] = "cores, at least 2",
    };

    /// <summary>The data folder decides these.</summary>
    private static readonly string[] SetByTheServer = ["LiveComments:Sqlite:Path", "LiveComments:Sqlite:Migrate"];

    public static string Errors()
    {
        var table = new StringBuilder("| code | status | meaning |\n|---|---|---|\n");
        foreach (var error in Error.All)
            table.Append(CultureInfo.InvariantCulture, $"| `{error.Code}` | {error.Status} | {error.Title} |\n");
        return table.ToString();
    }

    public static string OptionsTable(IEnumerable<OptionsSection> sections)
    {
        var table = new StringBuilder("| option | default | range | |\n|---|---|---|---|\n");
        var keys = sections.SelectMany(section => section.Keys())
            .Select(key => (Name: (key.Key.EndsWith(":" + OptionsSection.Any, StringComparison.Ordinal) ? key.Key[..^2] : key.Key).Replace(OptionsSection.Any, "0", StringComparison.Ordinal), key.Property))
            .ToList();
        foreach (var (name, property) in keys.OrderBy(key => key.Name[..key.Name.LastIndexOf(':')], StringComparer.Ordinal))
        {
            if (SetByTheServer.Contains(name))
                continue;
            var range = property.GetCustomAttribute<RangeAttribute>() is { } limits ? $"{Show(limits.Minimum)} to {Show(limits.Maximum)}" : "";
            var value = property.GetValue(Activator.CreateInstance(property.DeclaringType!));
            table.Append(CultureInfo.InvariantCulture, $"| `{name}` | {Measured.GetValueOrDefault(name) ?? Show(value)} | {range} | {Summary(property)} |\n");
        }
        return table.ToString();
    }

    private static string Show(object? value) => value switch
    {
        null or "" => "none",
        bool truth => truth ? "true" : "false",
        TimeSpan time => time.ToString(time.Milliseconds == 0 ? "c" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture),
        string text => text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? Show(time) : text,
        IEnumerable items => items.Cast<object>().Any() ? string.Join(", ", items.Cast<object>()) : "none",
        IFormattable number => number.ToString(value is double ? "#,0.###" : "#,0", CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Summary(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        var summary = Comments(type.Assembly).GetValueOrDefault($"P:{type.FullName}.{property.Name}");
        if (summary is null)
            return "";
        foreach (var code in summary.Descendants("c").ToList())
            code.ReplaceWith($"`{code.Value}`");
        foreach (var reference in summary.Descendants("see").ToList())
            reference.ReplaceWith($"`{((string)reference.Attribute("cref")!).Split('.')[^1]}`");
        return Space().Replace(summary.Value, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static Dictionary<string, XElement> Comments(Assembly assembly) => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
        .Where(member => member.Element("summary") is not null && ((string)member.Attribute("name")!).Contains("Options", StringComparison.Ordinal))
        .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
