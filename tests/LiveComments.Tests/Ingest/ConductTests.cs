using FsCheck;
using FsCheck.Fluent;
using LiveComments.Ingest;

namespace LiveComments.Tests.Ingest;

public sealed class ConductTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Who_goes_on_is_asked_first_and_blocked_then_and_each_further_block_is_twice_as_long_up_to_an_hour()
    {
        var (conduct, now) = (default(Conduct), Second);
        Assert.Equal(Conduct.ChallengeFrom, Until(ConductStep.Challenge));
        Assert.Equal(Conduct.BlockFrom - Conduct.ChallengeFrom, Until(ConductStep.Blocked));
        var lengths = new List<double>();
        for (var block = 0; block < 9; block++)
        {
            lengths.Add((conduct.BlockedUntil - now).TotalMinutes);
            now = conduct.BlockedUntil;
            // It does not begin from the start again.
            Assert.Equal(ConductStep.Challenge, conduct.StepAt(now));
            Until(ConductStep.Blocked);
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], lengths);

        int Until(ConductStep step)
        {
            for (var strikes = 1; ; strikes++)
            {
                conduct = conduct.Strike(now);
                if (conduct.StepAt(now) == step)
                    return strikes;
            }
        }
    }

    [Fact]
    public void A_solved_challenge_frees_and_does_not_end_a_block()
    {
        var (conduct, now) = (Struck(Conduct.ChallengeFrom, 1), Second);
        Assert.Equal(ConductStep.Free, conduct.Solve(now).StepAt(now));
        conduct = Struck(Conduct.BlockFrom, 1);
        Assert.Equal(ConductStep.Blocked, conduct.Solve(now).StepAt(now));
        Assert.Equal(ConductStep.Free, conduct.Solve(conduct.BlockedUntil).StepAt(conduct.BlockedUntil));
    }

    [Fact]
    public void One_person_alone_never_brings_a_challenge_to_all_of_their_address()
    {
        var (person, address) = (default(Conduct), default(Conduct));
        for (var ms = 0; ms < 24 * 3_600_000; ms += 500)
        {
            var now = TimeSpan.FromMilliseconds(ms);
            // As it is used: what is refused during a block is no strike of the address either.
            if (person.StepAt(now) != ConductStep.Blocked)
                address = address.Strike(now, Escalation.PeopleOfAddress);
            person = person.Strike(now);
            Assert.Equal(ConductStep.Free, address.StepAt(now, Escalation.PeopleOfAddress));
        }
    }

    [Fact]
    public void Whatever_somebody_does_no_block_comes_without_a_challenge_before_and_everything_is_forgiven_in_the_end() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Steps), steps =>
        {
            foreach (var people in (int[])[1, Escalation.PeopleOfAddress])
            {
                var (conduct, now) = (default(Conduct), TimeSpan.Zero);
                foreach (var (wait, what) in steps)
                {
                    now += TimeSpan.FromMilliseconds(wait);
                    var before = conduct.StepAt(now, people);
                    var next = what < 19 ? conduct.Strike(now, people) : conduct.Solve(now);
                    var after = next.StepAt(now, people);
                    Assert.True(after != ConductStep.Blocked || before is ConductStep.Challenge or ConductStep.Blocked, $"{before} became {after}.");
                    Assert.True(before != ConductStep.Blocked || next == conduct, "A block was changed before its end.");
                    Assert.True(next.BlockedUntil - now <= Conduct.LongestBlock);
                    Assert.True(what < 19 ? after >= before : after <= before);
                    // Time alone never makes it harder.
                    Assert.True(next.StepAt(now + Second, people) <= after);
                    conduct = next;
                }
                var end = now + Conduct.LongestBlock + Conduct.BlockFrom * people * Conduct.StrikeKept;
                Assert.Equal(ConductStep.Free, conduct.StepAt(end, people));
                // After a day a first block is as long as ever.
                now = end + 24 * Conduct.BlockKept;
                for (var strikes = 0; strikes < Conduct.BlockFrom * people; strikes++)
                    conduct = conduct.Strike(now, people);
                Assert.Equal(Conduct.FirstBlock, conduct.BlockedUntil - now);
            }
            return true;
        }));

    /// <summary>Waits in milliseconds, mostly short, and what happens: a strike, or seldom a solved challenge.</summary>
    private static Gen<List<(int Wait, int What)>> Steps =>
        from count in Gen.Choose(0, 400)
        from steps in Gen.ListOf(from wait in Gen.Frequency((8, Gen.Choose(0, 300)), (1, Gen.Choose(0, 30_000)), (1, Gen.Choose(0, 4_000_000))) from what in Gen.Choose(0, 19) select (wait, what), count)
        select steps.ToList();

    private static Conduct Struck(int times, int people) => Enumerable.Range(0, times).Aggregate(default(Conduct), (conduct, _) => conduct.Strike(Second, people));
}
