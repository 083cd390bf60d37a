using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace LiveComments.Text;

/// <summary>
/// The form of a text in which look-alike characters are replaced by one of them: names with the same skeleton look the same (UTS #39, section 4). The pages compute the
/// same (<c>wwwroot/pages/skeleton.js</c>; one table of cases tests both).
/// </summary>
public static class Skeleton
{
    /// <summary>Look-alikes by the character they stand for: see THIRD-PARTY-NOTICES.md.</summary>
    private static readonly Lazy<FrozenDictionary<int, string>> Table = new(Read);

    /// <summary>What each look-alike stands for.</summary>
    internal static FrozenDictionary<int, string> Prototypes => Table.Value;

    /// <summary>
    /// The skeletons of a text as it is written and in small letters, which may be two: a capital of one alphabet looks like another's where the small letters differ. Two texts look the same, whatever their case,
    /// when they have one in common.
    /// </summary>
    public static IReadOnlyList<string> AllOf(string text) => [Of(text), Of(text.ToLowerInvariant())];

    /// <summary>For comparing only; it is not readable. Invisible characters do not count.</summary>
    internal static string Of(string text)
    {
        // A capital I looks like an l and a small m like rn, so each round sees look-alikes that the other does not. Between an i and an l it is then too late to tell.
        var skeleton = new StringBuilder(Round(Round(text)));
        return skeleton.Replace('i', 'l').ToString();
    }

    private static string Round(string text)
    {
        var replaced = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (InvisibleCharacters.IsIgnorable(rune.Value))
                continue;
            if (!Prototypes.TryGetValue(rune.Value, out var prototype))
                replaced.Append(Rune.ToLowerInvariant(rune));
            else
                foreach (var part in prototype.EnumerateRunes())
                    replaced.Append(Rune.ToLowerInvariant(part));
        }
        return replaced.ToString();
    }

    private static FrozenDictionary<int, string> Read()
    {
        using var stream = typeof(Skeleton).Assembly.GetManifestResourceStream("confusables.json")!;
        using var data = JsonDocument.Parse(stream);
        return data.RootElement.EnumerateObject()
            .SelectMany(prototype => prototype.Value.GetString()!.EnumerateRunes().Select(rune => (rune.Value, prototype.Name)))
            .ToFrozenDictionary(pair => pair.Value, pair => pair.Name);
    }
}
