using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Identifiers;

/// <summary>Names a picture that somebody uploaded. It is random: who knows it may see the picture, so that a private event's is not found by guessing.</summary>
public readonly record struct PictureId(Guid Value)
{
    public static PictureId New() => new(Guid.NewGuid());

    /// <summary>Reads the 36-character form only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PictureId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new PictureId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
