using LiveComments.Load.Check;
using LiveComments.Load.Measure;

namespace LiveComments.Tests.Load;

/// <summary>Every way in which a server may take a flood badly is planted once: a verdict that misses one proves nothing.</summary>
public sealed class OverloadVerdictTests
{
    private const int Second = 1_000_000;

    private readonly FloodLedger _flood = new();
    private readonly Histogram _other = new();
    private readonly List<long> _log = [];
    private double _goodput = 1;
    private long _otherRefused;

    public OverloadVerdictTests()
    {
        for (var i = 0; i < 100; i++)
        {
            _other.Add(Second / 100);
            var number = _flood.Send(i);
            _flood.Answer(number, i % 2 == 0 ? null : "busy", i + Second);
            if (i % 2 == 0)
                _log.Add(number);
        }
    }

    [Fact]
    public void A_flood_that_is_refused_in_time_and_hurts_nobody_passes()
    {
        var verdict = Judge();
        Assert.True(verdict.IsClean, verdict.ToString());
        Assert.Equal((100, 50, 50, Second), (_flood.Count, _flood.Taken, _flood.Codes["busy"], _flood.LongestWait(2 * Second)));
    }

    [Fact]
    public void What_is_refused_and_stored_all_the_same_fails()
    {
        _log.Add(1);
        Fails("1 posts were refused and stored all the same");
    }

    [Fact]
    public void What_may_be_stored_is_not_refused()
    {
        var (stored, not) = (_flood.Send(0), _flood.Send(0));
        _flood.Answer(stored, "outcome-unknown", 1);
        _flood.Answer(not, "outcome-unknown", 1);
        _log.Add(stored);
        Assert.True(Judge().IsClean);
    }

    [Fact]
    public void What_is_acknowledged_and_not_stored_fails()
    {
        _log.RemoveAt(7);
        Fails("1 acknowledged posts are not in the log");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-1)]
    public void What_is_stored_twice_or_was_never_posted_fails(long number)
    {
        _log.Add(number);
        Fails("1 comments or answers are there twice or were not asked for");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(100)]
    public void A_second_answer_or_one_to_what_was_not_asked_fails(long number)
    {
        _flood.Answer(number, null, Second);
        Fails("1 comments or answers are there twice or were not asked for");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("busy")]
    public void A_late_answer_fails_whatever_it_says(string? code)
    {
        var number = _flood.Send(0);
        _flood.Answer(number, code, 2 * Second + 1);
        if (code is null)
            _log.Add(number);
        Fails("1.0 % of the answers came later than 2 s");
        Assert.Equal(2 * Second + 1, _flood.LongestWait(0));
    }

    [Fact]
    public void No_answer_fails_and_counts_as_waiting()
    {
        _flood.Send(Second);
        Fails("1 of 101 posts have no answer");
        Assert.Equal(6 * Second, _flood.LongestWait(7 * Second));
    }

    [Fact]
    public void Much_less_than_the_most_fails()
    {
        _goodput = 0.69;
        Fails("69 % of the most were taken");
    }

    [Fact]
    public void Another_event_whose_posts_are_refused_fails()
    {
        _otherRefused = 3;
        Fails("3 of 100 posts to the other event were not taken");
    }

    [Fact]
    public void Another_event_whose_posts_wait_fails()
    {
        _other.Add(3 * Second, 2);
        Fails("1 of 100 posts to the other event waited 3.0 s or longer");
    }

    private OverloadVerdict Judge() => OverloadVerdict.Of(_flood, _log, _goodput, 100, _otherRefused, _other);

    private void Fails(string why)
    {
        var verdict = Judge();
        Assert.Equal((false, $"FAILED: {why}"), (verdict.IsClean, verdict.ToString()));
    }
}
