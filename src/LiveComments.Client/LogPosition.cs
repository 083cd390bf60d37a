using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>A place in an event's one log, printed <c>epoch:seq</c>. Reading or watching goes on after it without a gap and without a repetition.</summary>
/// <param name="Epoch">Which life of the log: it changes when a backup is restored. Seqs of different epochs do not compare.</param>
/// <param name="Seq">The number of the entry; 0 is before the first.</param>
[JsonConverter(typeof(LogPositionConverter))]
public readonly record struct LogPosition(long Epoch, long Seq) : ISpanParsable<LogPosition>
{
    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> text, IFormatProvider? provider, out LogPosition position)
    {
        position = default;
        var colon = text.IndexOf(':');
        if (colon < 0
            || !long.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            return false;
        position = new LogPosition(epoch, seq);
        return true;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out LogPosition position) => TryParse(text.AsSpan(), provider, out position);

    /// <inheritdoc/>
    public static LogPosition Parse(ReadOnlySpan<char> text, IFormatProvider? provider = null) =>
        TryParse(text, provider, out var position) ? position : throw new FormatException($"'{text}' is no position; it has the form epoch:seq.");

    /// <inheritdoc/>
    public static LogPosition Parse(string text, IFormatProvider? provider = null) => Parse(text.AsSpan(), provider);

    /// <summary>The form that the server reads: <c>epoch:seq</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Seq}");
}
