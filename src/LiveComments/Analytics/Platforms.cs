namespace LiveComments.Analytics;

/// <summary>The kinds of programs that comments are written with. Programs name themselves as they like, so whatever is not in the list is <c>other</c>: what strangers write makes no rows.</summary>
public static class Platforms
{
    public const string Unknown = "unknown", Other = "other";

    private static readonly Dictionary<string, string> Known =
        new[] { "web", "ios", "android", "tv", "windows", "macos", "linux", "desktop", "mobile", "console", "bot", "kafka" }.ToDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    /// <param name="name">As the program named it; null when it did not.</param>
    public static string Of(string? name) => name is null ? Unknown : Known.GetValueOrDefault(name, Other);
}
