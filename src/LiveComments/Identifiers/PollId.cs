using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Identifiers;

/// <summary>Identifies a poll.</summary>
public readonly record struct PollId(Guid Value)
{
    public static PollId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the 36-character form only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PollId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new PollId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
