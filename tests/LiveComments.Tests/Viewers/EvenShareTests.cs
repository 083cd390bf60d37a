using FsCheck;
using FsCheck.Fluent;
using LiveComments.Viewers;

namespace LiveComments.Tests.Viewers;

public sealed class EvenShareTests
{
    [Theory]
    [InlineData(100_000)]
    [InlineData(100, 0)] // few
    [InlineData(1_000, 700)] // a sixth above the average
    [InlineData(1_000, 1_000, 1_000)]
    [InlineData(0, 5_000)]
    public void A_node_that_is_alone_or_has_little_more_than_the_others_asks_nobody(int here, params int[] others)
    {
        var share = new EvenShare();
        for (var second = 0; second < 1_000; second++)
            Assert.Equal(0, share.Next(here, others));
    }

    [Fact]
    public void While_other_nodes_are_not_known_or_stop_nobody_is_asked_and_then_it_goes_on()
    {
        var share = new EvenShare();
        Assert.Equal(0, share.Next(10_000, null));
        Assert.Equal([0, 0, 0, 0, 100], Enumerable.Range(0, 5).Select(_ => share.Next(10_000, [0])));
        Assert.Equal(0, share.Next(9_900, null));
        Assert.Equal([0, 0, 0, 0, 99], Enumerable.Range(0, 5).Select(_ => share.Next(9_900, [100])));
    }

    [Fact]
    public void Nobody_is_asked_while_viewers_are_still_arriving()
    {
        var share = new EvenShare();
        for (var second = 0; second < 100; second++)
            Assert.Equal(0, second % 5 == 4 ? share.Next(1_000, [1_000]) : share.Next(1_000, [0]));
    }

    [Fact]
    public void A_balancer_that_sends_them_back_has_as_many_asked_as_are_too_many_and_then_none_for_minutes()
    {
        var share = new EvenShare();
        var asked = Enumerable.Range(0, 1_000).Select(_ => share.Next(1_000, [0])).ToList();
        Assert.All(asked, one => Assert.InRange(one, 0, 10));
        // 500 in 50 seconds, again after 300 and again.
        Assert.Equal(1_500, asked.Sum());
        Assert.Equal(500, asked.Take(300).Sum());
    }

    [Fact]
    public void Nodes_become_nearly_even_and_none_falls_below_the_average_wherever_the_balancer_sends_them() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(Clusters), cluster =>
        {
            var (viewers, balancer, seed) = cluster;
            int[] here = [.. viewers];
            var average = (double)here.Sum() / here.Length;
            var (random, turn) = (new Random(seed), 0);
            EvenShare[] shares = [.. here.Select(_ => new EvenShare())];
            // Who comes back in 1, 2 and 3 seconds. Nodes know of each other what was true a second ago.
            var onTheWay = new Queue<int>([0, 0, 0]);
            int[] known = [.. here];
            for (var second = 0; second < 3_000; second++)
            {
                int[] now = [.. here];
                var left = 0;
                for (var node = 0; node < here.Length; node++)
                {
                    var asked = shares[node].Next(here[node], [.. known.Where((_, other) => other != node)]);
                    Assert.InRange(asked, 0, Math.Max(5, here[node] / 100));
                    here[node] -= asked;
                    left += asked;
                    Assert.True(asked == 0 || here[node] >= average, $"{here[node]} of {average} after {second} s");
                }
                known = now;
                onTheWay.Enqueue(left);
                for (var back = onTheWay.Dequeue(); back > 0; back--)
                    here[balancer switch { Balancer.FewestViewers => Array.IndexOf(here, here.Min()), Balancer.InTurn => turn++ % here.Length, _ => random.Next(here.Length) }]++;
            }
            Assert.True(here.Max() <= Math.Max(1.25 * average, average + 60), $"{string.Join(", ", here)}, by {balancer}");
        }));

    private static Gen<(int[] Viewers, Balancer Balancer, int Seed)> Clusters =>
        from viewers in Gen.OneOf(AnyViewers, ViewersOfOthers)
        from balancer in Gen.Elements(Enum.GetValues<Balancer>())
        from seed in Gen.Choose(0, int.MaxValue)
        select (viewers, balancer, seed);

    private static Gen<int[]> AnyViewers => Gen.Choose(2, 6).SelectMany(nodes => Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(0, 300)), (2, Gen.Choose(0, 3_000))), nodes));

    /// <summary>One node was started again.</summary>
    private static Gen<int[]> ViewersOfOthers => from nodes in Gen.Choose(2, 6) from viewers in Gen.Choose(0, 3_000) select (int[])[.. Enumerable.Repeat(viewers, nodes - 1), 0];

    private enum Balancer
    {
        FewestViewers,
        InTurn,
        ByChance,
    }
}
