using LiveComments.Analytics;

namespace LiveComments.Tests.Analytics;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 20, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Fact]
    public void The_times_that_made_people_write_are_found_by_time()
    {
        var found = Moments.Find([5, 6, 4, 5, 40, 60, 35, 6, 5, 4, 6, 5, 30, 5, 6], Start, Ten);
        Assert.Equal([new(Start + 4 * Ten, Start + 7 * Ten, 135, 10), new(Start + 12 * Ten, Start + 13 * Ten, 30, 5)], found);
    }

    [Fact]
    public void An_even_event_has_none() => Assert.Empty(Moments.Find([50, 60, 55, 52, 61, 58, 49], Start, Ten));

    [Fact]
    public void A_few_comments_are_no_moment() => Assert.Empty(Moments.Find([0, 0, 1, 0, 9, 0, 0], Start, Ten));

    [Fact]
    public void There_are_five_at_most_and_they_never_touch()
    {
        var found = Moments.Find([.. Enumerable.Range(0, 100).Select(i => i % 5 == 0 ? 100L + i : 1)], Start, Ten);
        Assert.Equal(Moments.Most, found.Count);
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_is_too_short_to_compare_has_none(int intervals) => Assert.Empty(Moments.Find([.. Enumerable.Repeat(1_000L, intervals)], Start, Ten));
}
