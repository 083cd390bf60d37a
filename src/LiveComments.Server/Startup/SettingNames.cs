using LiveComments.Configuration;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Startup;

/// <summary>
/// Refuses unknown settings from the command line, files and the environment: a mistyped one would silently do nothing.
/// </summary>
internal static class SettingNames
{
    private const string Root = "LiveComments";

    /// <exception cref="OptionsValidationException">What is not known, each with the nearest name that is.</exception>
    public static void Check(IConfiguration configuration, IEnumerable<OptionsSection> sections)
    {
        var known = sections.SelectMany(section => section.Keys()).Select(known => known.Key.Split(':')).Append([Root, "Data"]).ToList();
        // Sections in between have no value; what is empty may be an empty list.
        var faults = configuration.GetSection(Root).AsEnumerable().Where(setting => setting.Value is not null)
            .Select(setting => (Key: setting.Key.Split(':'), IsEmpty: setting.Value!.Length == 0))
            .Where(setting => setting.Key.Length > 1 && !known.Exists(name => Matches(setting.Key, name, setting.IsEmpty)))
            .Select(setting => Fault(setting.Key, known)).Order(StringComparer.Ordinal).ToList();
        if (faults.Count > 0)
            throw new OptionsValidationException(Root, typeof(OptionsSection), faults);
    }

    /// <param name="emptyList">Whether the place of a first item may be missing.</param>
    private static bool Matches(string[] key, string[] name, bool emptyList) =>
        (key.Length == name.Length || (emptyList && key.Length < name.Length && name[key.Length] == OptionsSection.Any))
        && key.Zip(name).All(part => part.Second == OptionsSection.Any || part.First.Equals(part.Second, StringComparison.OrdinalIgnoreCase));

    private static string Fault(string[] key, List<string[]> known)
    {
        // Without the root, which all names share and which would make anything seem near.
        var nearest = NearestWord.Nearest(string.Join(':', key[1..]), known.Select(name => string.Join(':',
            name.Select((part, i) => part != OptionsSection.Any ? part : i < key.Length ? key[i] : "0").Skip(1))));
        return $"{string.Join(':', key)} is not a setting. " + (nearest is null ? "docs/options.md lists all of them." : $"Did you mean {Root}:{nearest}?");
    }
}
