using LiveComments.Akka;

namespace LiveComments.Tests.Engine;

public sealed class PlacesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTime _time = new();

    [Fact]
    public async Task Who_waited_longest_comes_first_and_nobody_overtakes()
    {
        var places = new Places(10, _time);
        Assert.True(await places.TakeAsync(8, TimeSpan.Zero));
        var (large, small) = (places.TakeAsync(5, Patience).AsTask(), places.TakeAsync(1, Patience).AsTask());
        // Two are free, but the one that needs five came first.
        Assert.False(small.IsCompleted);
        Assert.False(await places.TakeAsync(1, TimeSpan.Zero));
        places.GiveBack(3);
        Assert.True(await large.WaitAsync(Patience));
        Assert.False(small.IsCompleted);
        places.GiveBack(1);
        Assert.True(await small.WaitAsync(Patience));
        places.GiveBack(10);
        Assert.True(places.AreAllFree);
    }

    [Fact]
    public async Task Who_waits_too_long_goes_away_empty_handed_and_lets_others_by()
    {
        var places = new Places(10, _time);
        Assert.True(await places.TakeAsync(8, TimeSpan.Zero));
        var (large, small) = (places.TakeAsync(5, TimeSpan.FromSeconds(1)).AsTask(), places.TakeAsync(2, TimeSpan.FromSeconds(2)).AsTask());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await large.WaitAsync(Patience));
        Assert.True(await small.WaitAsync(Patience));
    }

    [Fact]
    public async Task No_more_may_wait_than_the_queue_holds()
    {
        var places = new Places(10, _time);
        Assert.True(await places.TakeAsync(10, TimeSpan.Zero));
        var waiting = new[] { places.TakeAsync(6, Patience).AsTask(), places.TakeAsync(4, Patience).AsTask() };
        Assert.False(await places.TakeAsync(1, Patience));
        places.GiveBack(10);
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Patience), Assert.True);
        var next = places.TakeAsync(10, Patience).AsTask();
        places.GiveBack(10);
        Assert.True(await next.WaitAsync(Patience));
    }

    [Fact]
    public async Task More_than_there_are_are_all_of_them()
    {
        var places = new Places(10, _time);
        Assert.True(await places.TakeAsync(25, TimeSpan.Zero));
        Assert.False(await places.TakeAsync(1, TimeSpan.Zero));
        places.GiveBack(25);
        Assert.True(places.AreAllFree);
    }

    [Fact]
    public async Task However_many_take_and_give_back_there_are_never_more_taken_than_there_are_and_none_is_lost()
    {
        const int limit = 16;
        var places = new Places(limit, TimeProvider.System);
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 2_000; i++)
            {
                var count = random.Next(1, limit + 1);
                if (!await places.TakeAsync(count, TimeSpan.FromMilliseconds(random.Next(3))))
                    continue;
                Assert.InRange(Interlocked.Add(ref taken, count), 1, limit);
                if (random.Next(4) == 0)
                    await Task.Yield();
                Interlocked.Add(ref taken, -count);
                places.GiveBack(count);
            }
        })));
        Assert.True(places.AreAllFree);
    }
}
