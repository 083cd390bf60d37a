using LiveComments.Ingest;

namespace LiveComments.Tests.Ingest;

public sealed class RecentOutcomesTests
{
    private readonly FakeTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 3, TimeSpan.Zero));

    [Fact]
    public void What_was_refused_in_the_last_minute_is_counted_by_its_reason()
    {
        var outcomes = new RecentOutcomes(_time);
        foreach (var outcome in (string[])["slow-mode", "slow-mode", "repeated-text", "placed", "held", "shadowed", "repeated"])
            outcomes.Add(outcome, TimeSpan.FromMilliseconds(1));
        Assert.Equal([("repeated-text", 1), ("slow-mode", 2)], outcomes.Read().Refused.Select(one => (one.Key, one.Value)).Order());
        _time.Advance(TimeSpan.FromSeconds(30));
        outcomes.Add("slow-mode", TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, outcomes.Read().Refused["slow-mode"]);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([("slow-mode", 1)], outcomes.Read().Refused.Select(one => (one.Key, one.Value)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(outcomes.Read().Refused);
    }

    [Fact]
    public void Half_and_99_of_100_placed_comments_took_at_most_so_long_and_a_fifth_less_is_too_little()
    {
        var outcomes = new RecentOutcomes(_time);
        Assert.Equal((null, null), (outcomes.Read().Median, outcomes.Read().Slowest));
        for (var i = 0; i < 1000; i++)
            outcomes.Add("placed", TimeSpan.FromMilliseconds(i < 980 ? 4 : 300));
        outcomes.Add("busy", TimeSpan.FromSeconds(2));
        var figures = outcomes.Read();
        Assert.InRange(figures.Median!.Value.TotalMilliseconds, 4, 4 * 1.19);
        Assert.InRange(figures.Slowest!.Value.TotalMilliseconds, 300, 300 * 1.19);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.00001)]
    [InlineData(3_600_000)]
    public void Times_that_no_bucket_was_made_for_are_in_the_first_or_the_last(double milliseconds)
    {
        var outcomes = new RecentOutcomes(_time);
        outcomes.Add("placed", TimeSpan.FromMilliseconds(milliseconds));
        Assert.InRange(outcomes.Read().Median!.Value.TotalMilliseconds, 0.09, 6_000);
    }

    [Fact]
    public void Only_events_that_are_watched_are_counted_and_from_nothing_each_time()
    {
        var (id, other) = (new EventId(Guid.NewGuid()), new EventId(Guid.NewGuid()));
        var events = new OutcomesOfEvents(_time);
        events.Add(id, "busy", default);
        var first = events.Watch(id);
        events.Add(id, "busy", default);
        events.Add(other, "busy", default);
        Assert.Equal(1, first.Read().Refused["busy"]);
        var second = events.Watch(id);
        // The first is over, whoever begins in between.
        events.Leave(id, first);
        events.Add(id, "busy", default);
        Assert.Equal((1, 1), (first.Read().Refused["busy"], second.Read().Refused["busy"]));
        events.Leave(id, second);
        events.Add(id, "busy", default);
        Assert.Equal(1, second.Read().Refused["busy"]);
    }
}
