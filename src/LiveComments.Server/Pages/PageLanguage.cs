using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace LiveComments.Server.Pages;

/// <summary>A language that the pages speak: the file <c>wwwroot/texts/de.json</c> is German.</summary>
internal sealed class PageLanguage
{
    private static readonly Lazy<FrozenDictionary<string, PageLanguage>> Loaded = new(() => PageFiles.Instance.Names
        .Where(name => name.StartsWith("texts/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
        .Select(name => new PageLanguage(Path.GetFileNameWithoutExtension(name), PageFiles.Instance.Find(name)!))
        .ToFrozenDictionary(language => language.Tag, StringComparer.OrdinalIgnoreCase));

    private readonly FrozenDictionary<string, string> _texts;

    private PageLanguage(string tag, PageFile file)
    {
        Tag = tag;
        Culture = CultureInfo.GetCultureInfo(tag);
        using var texts = JsonDocument.Parse(file.Bytes);
        _texts = texts.RootElement.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String).ToFrozenDictionary(text => text.Name, text => text.Value.GetString()!, StringComparer.Ordinal);
    }

    /// <summary>By their tags, whatever their case.</summary>
    public static FrozenDictionary<string, PageLanguage> All => Loaded.Value;

    /// <summary>For whoever reads none of the others, and for the pages that have no other.</summary>
    public static PageLanguage English => All["en"];

    /// <summary>As in <c>lang</c> of HTML: <c>de</c>.</summary>
    public string Tag { get; }

    public CultureInfo Culture { get; }

    /// <summary>A text that counts nothing; the server has no need for others.</summary>
    public string Text(string key) => _texts[key];
}
