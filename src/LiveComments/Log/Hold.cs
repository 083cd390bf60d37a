namespace LiveComments.Log;

/// <summary>Why a comment waits for a moderator before it is placed.</summary>
/// <param name="Score">How likely it is unwanted, from 0 to 1.</param>
public sealed record Hold(double Score, IReadOnlyList<HoldReason> Reasons)
{
    /// <summary>Of a comment that is asked for again and is known to be held: the first one's reasons are kept.</summary>
    public static Hold Again { get; } = new(0, []);
}
