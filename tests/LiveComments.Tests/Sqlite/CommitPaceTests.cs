using LiveComments.Sqlite;

namespace LiveComments.Tests.Sqlite;

public sealed class CommitPaceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    public void Clients_that_wait_for_their_answers_are_waited_for_until_all_are_back(int clients, int enough)
    {
        var pace = new CommitPace();
        var waits = 0;
        for (var i = 0; i < 320; i++)
        {
            if (pace.Enough > clients)
                waits++;
            else
                Assert.Equal(enough, pace.Enough);
            pace.Committed(clients, clients);
        }
        // One commit in thirty-two waits in vain, to hear whether there are more.
        Assert.Equal(10, waits);
    }

    [Fact]
    public void More_or_fewer_clients_are_noticed_soon()
    {
        var pace = new CommitPace();
        foreach (var come in new[] { 5, 200, 2 })
        {
            for (var i = 0; i < 32; i++)
                pace.Committed(Math.Min(come, pace.Enough), 1);
            Assert.True(pace.Enough == int.MaxValue);
            pace.Committed(come, 1);
            Assert.Equal(come, pace.Enough);
            for (var i = 1; i < 32; i++)
                pace.Committed(come, 1);
        }
    }

    [Fact]
    public void A_store_that_has_much_to_do_waits_for_nobody()
    {
        var pace = new CommitPace();
        Assert.True(pace.Waits);
        pace.Committed(2, 500);
        Assert.False(pace.Waits);
        pace.Committed(2, 5);
        Assert.True(pace.Waits);
    }
}
