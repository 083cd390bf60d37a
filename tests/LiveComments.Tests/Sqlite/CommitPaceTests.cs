using LiveComments.Sqlite;

namespace LiveComments.Tests.Sqlite;

public sealed class CommitPaceTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly FakeTime _time = new();
    private readonly CommitPace _pace;

    public CommitPaceTests() => _pace = new CommitPace(Interval, _time);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Clients_that_wait_for_their_answers_are_waited_for_until_all_are_back(int clients)
    {
        var tries = 0;
        // They are back after a millisecond.
        for (var milliseconds = 0; milliseconds < 3_200;)
        {
            var waits = _pace.Enough > clients;
            if (waits)
                tries++;
            else
                Assert.Equal(clients, _pace.Enough);
            milliseconds += waits ? 10 : 1;
            _time.Advance(waits ? Interval : Interval / 10);
            _pace.Committed(clients, clients, waited: true);
        }
        // Once in thirty-two intervals one waits in vain, to hear whether there are more.
        Assert.InRange(tries, 9, 10);
    }

    [Fact]
    public void More_or_fewer_clients_are_noticed_soon()
    {
        foreach (var come in new[] { 5, 200, 2 })
        {
            for (var i = 0; i < 40; i++)
            {
                _time.Advance(Interval);
                _pace.Committed(come, 1, waited: true);
            }
            Assert.Equal(come, _pace.Enough);
        }
    }

    [Fact]
    public void A_commit_that_was_not_waited_for_tells_nothing()
    {
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(2 * Interval);
            _pace.Committed(1, 1, waited: false);
        }
        Assert.Equal(int.MaxValue, _pace.Enough);
        _pace.Committed(7, 7, waited: true);
        Assert.Equal(7, _pace.Enough);
    }

    [Fact]
    public void A_store_that_has_much_to_do_waits_for_nobody()
    {
        Assert.True(_pace.Waits);
        _pace.Committed(2, 500, waited: true);
        Assert.False(_pace.Waits);
        _pace.Committed(2, 5, waited: false);
        Assert.True(_pace.Waits);
    }
}
