using LiveComments.Load.Measure;

namespace LiveComments.Load.Check;

/// <summary>
/// What became of every post of a flood, in nine bytes each: there are millions. A post is known by its number, which its text begins with, so that the
/// event's log can be compared with it. Times are <see cref="Net.Clock"/> microseconds.
/// </summary>
internal sealed class FloodLedger
{
    /// <summary>Every request is answered within this time, whatever the load.</summary>
    public static readonly TimeSpan InTime = TimeSpan.FromSeconds(2);

    private readonly List<long> _sent = [];
    private readonly List<State> _states = [];

    private enum State : byte
    {
        UnderWay,
        Taken,
        Refused,

        /// <summary>It may be stored all the same.</summary>
        Unknown,
    }

    /// <summary>Posts sent.</summary>
    public int Count => _sent.Count;

    public int Taken { get; private set; }

    public int UnderWay { get; private set; }

    /// <summary>Answers that came later than <see cref="InTime"/>.</summary>
    public int Late { get; private set; }

    /// <summary>Answers to what had its answer, or was never sent.</summary>
    public int Unexpected { get; private set; }

    /// <summary>How often each code was answered.</summary>
    public SortedDictionary<string, int> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>From sending to the answer, whatever it was.</summary>
    public Histogram Answers { get; } = new();

    /// <summary>Notes that a post is sent.</summary>
    /// <returns>Its number.</returns>
    public int Send(long now)
    {
        _sent.Add(now);
        _states.Add(State.UnderWay);
        UnderWay++;
        return _sent.Count - 1;
    }

    /// <summary>Notes its answer.</summary>
    /// <param name="code">The error's code; null when it was taken.</param>
    public void Answer(long number, string? code, long now)
    {
        if (number < 0 || number >= Count || _states[(int)number] != State.UnderWay)
        {
            Unexpected++;
            return;
        }
        UnderWay--;
        Answers.Add(now - _sent[(int)number]);
        if (now - _sent[(int)number] > InTime.TotalMicroseconds)
            Late++;
        if (code is null)
            Taken++;
        else
            Codes[code] = Codes.GetValueOrDefault(code) + 1;
        _states[(int)number] = code switch { null => State.Taken, "outcome-unknown" => State.Unknown, _ => State.Refused };
    }

    /// <summary>When a post was sent; null when none has this number.</summary>
    public long? SentAt(long number) => number >= 0 && number < Count ? _sent[(int)number] : null;

    /// <summary>The longest that anything waited for its answer, or waits for it still.</summary>
    public long LongestWait(long now)
    {
        var longest = Answers.Max;
        // They are in the order in which they were sent.
        for (var i = 0; UnderWay > 0 && i < Count; i++)
            if (_states[i] == State.UnderWay)
                return Math.Max(longest, now - _sent[i]);
        return longest;
    }

    /// <summary>Compares what was answered with what the log holds.</summary>
    /// <param name="log">The number of every comment in it, -1 for one that has none.</param>
    public (long RefusedButStored, long Lost, long Doubled, long Unasked) Compare(IEnumerable<long> log)
    {
        long refused = 0, doubled = 0, unasked = 0, stored = 0;
        var seen = new bool[Count];
        foreach (var number in log)
            if (number < 0 || number >= Count)
                unasked++;
            else if (seen[number])
                doubled++;
            else
            {
                seen[number] = true;
                refused += _states[(int)number] == State.Refused ? 1 : 0;
                stored += _states[(int)number] == State.Taken ? 1 : 0;
            }
        return (refused, Taken - stored, doubled, unasked);
    }
}
