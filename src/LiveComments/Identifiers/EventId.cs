using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Identifiers;

/// <summary>Names a live event: a UUID, printed as 36 lower-case characters.</summary>
public readonly record struct EventId(Guid Value)
{
    public static EventId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the 36-character form only; anything else is hostile or a mistake.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new EventId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
