namespace LiveComments.Log;

/// <summary>Why a comment waits for a moderator before it is placed.</summary>
/// <param name="Score">How likely it is unwanted, from 0 to 1.</param>
/// <param name="Delay">After this long it is placed if no moderator decides otherwise; null when it waits for one.</param>
/// <param name="IsShadow">True when it is never placed and its author is to see it as if it were.</param>
/// <param name="Place">Where the log ended when it came, of a shadowed one; null before that is known.</param>
public sealed record Hold(double Score, IReadOnlyList<HoldReason> Reasons, TimeSpan? Delay = null, bool IsShadow = false, Position? Place = null)
{
    /// <summary>Of a comment that is asked for again and is known to be held: the first one's reasons are kept.</summary>
    public static Hold Again { get; } = new(0, []);
}
