using LiveComments.Analytics;

namespace LiveComments.Tests.Analytics;

public sealed class UniqueSketchTests
{
    private static readonly EventId Event = new(new Guid("0196f19a-0000-7000-8000-000000000001"));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(40, 0.03)]
    [InlineData(1_000, 0.05)]
    [InlineData(12_000, 0.05)]
    [InlineData(500_000, 0.05)]
    public void Different_people_are_counted_about_right(int people, double error)
    {
        var sketch = new UniqueSketch();
        for (var i = 0; i < people; i++)
            sketch.Add(Hash(i));
        Assert.InRange(sketch.Count, people * (1 - error), people * (1 + error));
    }

    [Fact]
    public void Somebody_who_comes_again_changes_nothing()
    {
        var sketch = new UniqueSketch();
        Assert.True(sketch.Add(Hash(1)));
        Assert.False(sketch.Add(Hash(1)));
        Assert.Equal(1, sketch.Count);
    }

    [Theory]
    [InlineData(10, 30)]
    [InlineData(20_000, 4_096)]
    public void A_sketch_is_the_same_after_it_was_kept_and_small_while_it_has_little(int people, int bytes)
    {
        var sketch = new UniqueSketch();
        for (var i = 0; i < people; i++)
            sketch.Add(Hash(i));
        Assert.InRange(sketch.ToBytes().Length, 1, bytes);
        Assert.Equal(sketch.Count, new UniqueSketch(sketch.ToBytes()).Count);
        Assert.False(new UniqueSketch(sketch.ToBytes()).Merge(sketch));
    }

    [Fact]
    public void Parts_merge_to_the_whole_and_whoever_is_in_both_counts_once()
    {
        UniqueSketch whole = new(), one = new(), other = new();
        for (var i = 0; i < 3_000; i++)
        {
            whole.Add(Hash(i));
            if (i < 2_000)
                one.Add(Hash(i));
            if (i >= 1_000)
                other.Add(Hash(i));
        }
        Assert.True(one.Merge(other));
        Assert.Equal(whole.Count, one.Count);
    }

    [Fact]
    public void Bytes_of_another_length_are_no_sketch() => Assert.Throws<FormatException>(() => new UniqueSketch(new byte[4_097]));

    private static ulong Hash(int person) => AuthorHash.Of(Event, new UserId(new Guid(person, 7, 7, [1, 2, 3, 4, 5, 6, 7, 8])));
}
