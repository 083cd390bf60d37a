namespace LiveComments.Server.Events;

/// <summary>Names of time zones.</summary>
internal static class Timezone
{
    /// <summary>
    /// True for a name in this machine's copy of the IANA database. On a machine without one, every name of the right form
    /// counts: pages show the times, the server never converts them.
    /// </summary>
    public static bool IsKnown(string name) =>
        name.Length is >= 1 and <= 50 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '/') && char.IsAsciiLetter(name[0])
            && (TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) || !TimeZoneInfo.TryFindSystemTimeZoneById("Europe/London", out _));
}
