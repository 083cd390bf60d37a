using System.Globalization;

namespace LiveComments.Server.Http;

/// <summary>Times in requests: RFC 3339 with <c>Z</c> or an offset. Digits of a second beyond the seventh are cut off, because nothing here is finer than 100 ns.</summary>
internal static class Rfc3339
{
    /// <summary>Real programs send fewer digits: nanoseconds have 9, attoseconds 18.</summary>
    private const int MaxFraction = 24;

    private const int WholeSeconds = 19, FinestFraction = 7;

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || text.Length is < WholeSeconds + 1 or > WholeSeconds + 1 + MaxFraction + 6)
            return false;
        var seconds = text.AsSpan(0, WholeSeconds);
        var rest = text.AsSpan(WholeSeconds);
        var fraction = ReadOnlySpan<char>.Empty;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > MaxFraction)
                return false;
            fraction = rest[..(1 + Math.Min(digits, FinestFraction))];
            rest = rest[(1 + digits)..];
        }
        var offset = rest is "Z" or "z" ? "+00:00"
            // In a query an unescaped plus reads as a space; nothing else can be meant.
            : rest[0] == ' ' ? $"+{rest[1..]}"
            : rest;
        var isLeap = seconds[^2..] is "60";
        if (!DateTimeOffset.TryParseExact($"{seconds[..^2]}{(isLeap ? "59" : seconds[^2..])}{fraction}{offset}", ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd't'HH:mm:ss.FFFFFFFzzz"],
            CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time))
            return false;
        // Machines show a leap second as the second before it once more.
        return !isLeap || (time is { Hour: 23, Minute: 59 } && time.Day == DateTime.DaysInMonth(time.Year, time.Month));
    }
}
