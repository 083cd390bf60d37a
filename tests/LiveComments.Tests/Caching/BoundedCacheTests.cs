using LiveComments.Caching;

namespace LiveComments.Tests.Caching;

public sealed class BoundedCacheTests
{
    [Fact]
    public void It_never_holds_more_than_its_capacity()
    {
        var cache = new BoundedCache<int, int>(100);
        for (var i = 0; i < 1_000; i++)
            cache.Set(i, i, cache.Stamp);
        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => cache.TryGet(i, out _)), 50, 100);
    }

    [Fact]
    public void What_is_read_again_and_again_stays()
    {
        var cache = new BoundedCache<int, int>(100);
        cache.Set(-1, 42, cache.Stamp);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Set(i, i, cache.Stamp);
            Assert.True(cache.TryGet(-1, out var value));
            Assert.Equal(42, value);
        }
    }

    [Fact]
    public void What_was_read_before_a_removal_is_not_kept()
    {
        var cache = new BoundedCache<int, int>(100);
        var stamp = cache.Stamp;
        cache.Remove(1);
        cache.Set(1, 1, stamp);
        Assert.False(cache.TryGet(1, out _));
    }

    [Fact]
    public void What_is_removed_is_gone_from_both_generations()
    {
        var cache = new BoundedCache<int, int>(4);
        for (var i = 0; i < 3; i++)
            cache.Set(i, i, cache.Stamp);
        cache.Remove(0);
        cache.Remove(2);
        Assert.False(cache.TryGet(0, out _));
        Assert.False(cache.TryGet(2, out _));
        Assert.True(cache.TryGet(1, out _));
    }
}
