using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiveComments.Tests.Readme;

/// <summary>The tables of the README that follow from the code.</summary>
internal static partial class ReadmeTables
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

    private static readonly Type[] Options =
        [.. new[] { typeof(Error).Assembly, Assembly.Load("LiveComments.Sqlite"), typeof(LiveComments.Server.LiveCommentsServer).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type is { IsClass: true, IsAbstract: false })];

    public static string Errors()
    {
        var table = new StringBuilder("| code | status | meaning |\n|---|---|---|\n");
        foreach (var error in Error.All)
            table.Append(CultureInfo.InvariantCulture, $"| `{error.Code}` | {error.Status} | {error.Title} |\n");
        return table.ToString();
    }

    public static string OptionsTable()
    {
        var table = new StringBuilder("| option | default | range | |\n|---|---|---|---|\n");
        foreach (var type in Options.Select(type => (Type: type, Section: Section(type))).Where(known => known.Section.Length > 0).OrderBy(known => known.Section, StringComparer.Ordinal))
            Append(table, type.Type, type.Section);
        return table.ToString();
    }

    private static void Append(StringBuilder table, Type type, string section)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(IsOption))
        {
            if (property.PropertyType.GenericTypeArguments is [var item] && Options.Contains(item))
            {
                Append(table, item, $"{section}:0");
                continue;
            }
            var name = $"{section}:{property.Name}";
            if (SetByTheServer.Contains(name))
                continue;
            var range = property.GetCustomAttribute<RangeAttribute>() is { } limits ? $"{Show(limits.Minimum)} to {Show(limits.Maximum)}" : "";
            table.Append(CultureInfo.InvariantCulture, $"| `{name}` | {Measured.GetValueOrDefault(name) ?? Show(property.GetValue(defaults))} | {range} | {Summary($"P:{type.FullName}.{property.Name}")} |\n");
        }
    }

    /// <summary>What can be set: a value with a setter, or a list.</summary>
    private static bool IsOption(PropertyInfo property) => property.CanWrite || (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)));

    /// <summary>The section that the class's documentation names.</summary>
    private static string Section(Type type) => SectionName().Match(Summary($"T:{type.FullName}")).Groups[1].Value;

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

    private static string Summary(string member)
    {
        var summary = Comments().GetValueOrDefault(member);
        if (summary is null)
            return "";
        foreach (var code in summary.Descendants("c").ToList())
            code.ReplaceWith($"`{code.Value}`");
        foreach (var reference in summary.Descendants("see").ToList())
            reference.ReplaceWith($"`{((string)reference.Attribute("cref")!).Split('.')[^1]}`");
        return Space().Replace(summary.Value, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static Dictionary<string, XElement> Comments() => Options.Select(type => type.Assembly).Distinct()
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        .Where(member => member.Element("summary") is not null && ((string)member.Attribute("name")!).Contains("Options", StringComparison.Ordinal))
        .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!);

    [GeneratedRegex("`(LiveComments:[A-Za-z]+)`")]
    private static partial Regex SectionName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
