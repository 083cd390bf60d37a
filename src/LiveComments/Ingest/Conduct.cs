namespace LiveComments.Ingest;

/// <summary>
/// How often a writer, or all writers of one address, ran into limits lately, and what follows: a challenge first, then a block that ends by itself. Each strike is forgotten after a while, and so is
/// each block. It has no clock of its own; times are those since some start, and never go back.
/// </summary>
public readonly record struct Conduct
{
    /// <summary>Strikes from which a challenge is asked. Somebody who presses the button again and again gets a few in a minute; a program gets as many in seconds.</summary>
    public const int ChallengeFrom = 10;

    /// <summary>Strikes from which a writer is blocked: of a challenge that was not answered there were forty by then.</summary>
    public const int BlockFrom = 50;

    /// <summary>The first block of a row is so long, and each further one twice as long as the one before.</summary>
    public static readonly TimeSpan FirstBlock = TimeSpan.FromMinutes(1);

    /// <summary>No block is longer: addresses and accounts change hands.</summary>
    public static readonly TimeSpan LongestBlock = TimeSpan.FromHours(1);

    /// <summary>A strike is forgotten after so long, and the next one after as long again.</summary>
    public static readonly TimeSpan StrikeKept = TimeSpan.FromSeconds(10);

    /// <summary>One block of a row is forgotten after so long without another.</summary>
    public static readonly TimeSpan BlockKept = TimeSpan.FromHours(1);

    private readonly double _strikes;
    private readonly TimeSpan _at;
    private readonly int _blocks;

    private Conduct(double strikes, TimeSpan at, int blocks, TimeSpan blockedUntil) => (_strikes, _at, _blocks, BlockedUntil) = (strikes, at, blocks, blockedUntil);

    /// <summary>When the last block ends or has ended; zero when there was none.</summary>
    public TimeSpan BlockedUntil { get; }

    /// <param name="people">How many may share it: of so many, each as patient as one, more is borne.</param>
    public ConductStep StepAt(TimeSpan now, int people = 1) =>
        now < BlockedUntil ? ConductStep.Blocked : StrikesAt(now) >= ChallengeFrom * people ? ConductStep.Challenge : ConductStep.Free;

    /// <summary>It ran into a limit, or did not answer a challenge. What is refused during a block counts for nothing more, so that every block ends.</summary>
    /// <inheritdoc cref="StepAt"/>
    public Conduct Strike(TimeSpan now, int people = 1)
    {
        if (now < BlockedUntil)
            return this;
        var strikes = StrikesAt(now) + 1;
        if (strikes < BlockFrom * people)
            return new Conduct(strikes, now, _blocks, BlockedUntil);
        var blocks = BlocksAt(now) + 1;
        var length = blocks > 10 ? LongestBlock : FirstBlock * Math.Pow(2, blocks - 1);
        var until = now + (length < LongestBlock ? length : LongestBlock);
        // After it a challenge is asked at once.
        return new Conduct(ChallengeFrom * people, until, blocks, until);
    }

    /// <summary>It has answered a challenge. A block goes on.</summary>
    public Conduct Solve(TimeSpan now) => now < BlockedUntil ? this : new Conduct(0, now, _blocks, BlockedUntil);

    private double StrikesAt(TimeSpan now) => now <= _at ? _strikes : Math.Max(0, _strikes - (now - _at) / StrikeKept);

    private int BlocksAt(TimeSpan now) => _blocks == 0 ? 0 : Math.Max(0, _blocks - (int)((now - BlockedUntil) / BlockKept));
}
