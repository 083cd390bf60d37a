using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Identifiers;

/// <summary>Names a person: the subject of their token, a UUID.</summary>
public readonly record struct UserId(Guid Value)
{
    public static UserId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the 36-character form only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UserId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new UserId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
