namespace LiveComments.Events;

/// <summary>The names of moderation levels in requests and answers.</summary>
public static class ModerationLevels
{
    private static readonly string[] Names = ["relaxed", "standard", "strict", "off"];

    public static string Name(this ModerationLevel level) => Names[(int)level];

    /// <summary>Reads the exact lower-case name; <c>lenient</c> is another one of <c>relaxed</c>.</summary>
    public static bool TryParse(string? name, out ModerationLevel level)
    {
        var index = Array.IndexOf(Names, name == "lenient" ? Names[0] : name);
        level = (ModerationLevel)index;
        return index >= 0;
    }
}
