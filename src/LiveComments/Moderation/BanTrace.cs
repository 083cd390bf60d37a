namespace LiveComments.Moderation;

/// <summary>From where somebody who is banned wrote, or who came back from there. It says nothing about anybody who is not suspected.</summary>
/// <param name="Trace">A keyed hash of a network, or the id of an account.</param>
/// <param name="Banned">Who is banned.</param>
/// <param name="At">When it was first seen: only accounts that are newer are suspected for their network.</param>
/// <param name="Until">When it is deleted.</param>
public sealed record BanTrace(Guid Trace, UserId Banned, BanTraceKind Kind, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>Traces that are looked at, the latest: with some for each ban, the bans of a week of raids.</summary>
    public const int Most = 20_000;

    /// <summary>How long a trace is kept. A home connection keeps its address for days to weeks, and who comes back comes soon; afterwards somebody else has the address.</summary>
    public static TimeSpan Kept { get; } = TimeSpan.FromDays(7);
}
