using System.Collections;
using System.Reflection;

namespace LiveComments.Configuration;

/// <summary>A section of the configuration and the class of options that is read from it.</summary>
public sealed record OptionsSection(string Path, Type Options)
{
    /// <summary>The placeholder for a list index or a dictionary key.</summary>
    public const string Any = "*";

    /// <summary>Every key that is read from this section, such as <c>LiveComments:Issuers:*:Audience</c>, with its property.</summary>
    public IEnumerable<(string Key, PropertyInfo Property)> Keys() => Keys(Path, Options);

    private static IEnumerable<(string Key, PropertyInfo Property)> Keys(string path, Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).SelectMany(property =>
        {
            var key = $"{path}:{property.Name}";
            if (property.PropertyType == typeof(string) || !property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
                return property.CanWrite ? [(key, property)] : [];
            var item = property.PropertyType.GenericTypeArguments[^1];
            return item.IsClass && item != typeof(string) ? Keys($"{key}:{Any}", item) : [($"{key}:{Any}", property)];
        });
}
