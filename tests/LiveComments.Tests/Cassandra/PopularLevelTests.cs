using LiveComments.Cassandra;

namespace LiveComments.Tests.Cassandra;

public sealed class PopularLevelTests
{
    [Fact]
    public void Levels_grow_with_the_number_of_reactions_and_none_is_left_out()
    {
        var levels = Enumerable.Range(0, 100_000).Select(PopularLevel.Of).ToList();
        Assert.Equal(Enumerable.Range(0, PopularLevel.Exact), levels.Take(PopularLevel.Exact));
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second, pair.First, pair.First + 1));
        Assert.InRange(PopularLevel.Of(1_000_000), levels[^1], 99);
        Assert.InRange(PopularLevel.Of(int.MaxValue), PopularLevel.Of(1_000_000), 199);
    }
}
