namespace LiveComments.Client;

/// <summary>
/// How long to wait before the next attempt: doubling from half a second to half a minute, with a random part, so that all who lost a server do not come back to it at once. What the server says wins.
/// </summary>
/// <param name="random">Gives numbers from 0 to 1, without 1.</param>
internal sealed class Backoff(Func<double> random)
{
    /// <summary>Half a minute at most is waited without the server's word.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(30);

    /// <summary>A server's word counts so far: a mistaken one must not keep somebody away for a day.</summary>
    public static readonly TimeSpan LongestTold = TimeSpan.FromMinutes(5);

    private int _attempt;

    public Backoff()
        : this(Random.Shared.NextDouble)
    {
    }

    /// <summary>Never zero, because a server that refuses at once must not be called in a loop.</summary>
    /// <param name="retryAfter">So long the server wants to be left alone, at least; null when it does not say.</param>
    public TimeSpan Next(TimeSpan? retryAfter = null)
    {
        var ceiling = First * Math.Pow(2, Math.Min(_attempt++, 16));
        var own = (ceiling < Longest ? ceiling : Longest) * (0.2 + 0.8 * random());
        var told = Bounded(retryAfter ?? TimeSpan.Zero) * (1 + 0.5 * random());
        return own > told ? own : told;
    }

    public void Reset() => _attempt = 0;

    public static TimeSpan Bounded(TimeSpan told) => told < TimeSpan.Zero ? TimeSpan.Zero : told < LongestTold ? told : LongestTold;
}
