using LiveComments.Client;

namespace LiveComments.Tests.Client;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_up_to_half_a_minute_and_are_never_zero()
    {
        var longest = new Backoff(() => 0.999_999);
        var waits = Enumerable.Range(0, 40).Select(_ => longest.Next().TotalSeconds).ToList();
        Assert.Equal(0.5, waits[0], 3);
        Assert.Equal(8, waits[4], 3);
        Assert.All(waits, wait => Assert.InRange(wait, 0.1, 30));
        Assert.Equal(0.1, new Backoff(() => 0).Next().TotalSeconds, 3);
        longest.Reset();
        Assert.Equal(0.5, longest.Next().TotalSeconds, 3);
    }

    [Fact]
    public void The_servers_word_is_kept_with_something_added_by_chance_and_with_a_bound()
    {
        Assert.Equal(20, new Backoff(() => 0).Next(TimeSpan.FromSeconds(20)).TotalSeconds, 3);
        Assert.InRange(new Backoff(() => 0.5).Next(TimeSpan.FromSeconds(20)).TotalSeconds, 20.1, 30);
        Assert.Equal(Backoff.LongestTold, new Backoff(() => 0).Next(TimeSpan.FromDays(1)));
        Assert.Equal(TimeSpan.Zero, Backoff.Bounded(TimeSpan.FromSeconds(-1)));
    }
}
