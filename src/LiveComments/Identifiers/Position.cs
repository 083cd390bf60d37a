using System.Globalization;

namespace LiveComments.Identifiers;

/// <summary>
/// A place in an event's log, printed <c>epoch:seq</c>: everything up to and including <see cref="Seq"/> has been seen.
/// It is the resume token of WebSocket, SSE and REST paging.
/// </summary>
/// <param name="Epoch">
/// Given once, at random, when the log is created in a store, and again when a backup is restored. Without it a viewer
/// who saw seq 900, after which the store was restored from a backup taken at seq 800, would be told "nothing new" until
/// the new log passed 900, and would never see the 100 entries written meanwhile. With it the two 900s differ.
/// </param>
/// <param name="Seq">Counts 1, 2, 3 without gaps within an epoch; 0 is before the first entry.</param>
public readonly record struct Position(long Epoch, long Seq)
{
    /// <summary>Reads <c>epoch:seq</c>: two non-negative decimal numbers without signs, spaces or leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Position position)
    {
        position = default;
        var colon = text.IndexOf(':');
        if (colon <= 0 || text.Length > 39 || !TryNumber(text[..colon], out var epoch) || !TryNumber(text[(colon + 1)..], out var seq))
            return false;
        position = new Position(epoch, seq);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Seq}");

    private static bool TryNumber(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        return digits.Length > 0 && (digits.Length == 1 || digits[0] != '0')
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
