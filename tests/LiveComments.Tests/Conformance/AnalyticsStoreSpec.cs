using LiveComments.Analytics;
using LiveComments.Followers;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IAnalyticsStore"/> promises, whatever stores it.</summary>
public abstract class AnalyticsStoreSpec : StoreSpec
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 59, 58, 400, TimeSpan.Zero);

    private readonly EventId _id = EventId.New(TimeProvider.System);

    private protected virtual IAnalyticsStore Analytics => Store.Analytics;

    [Fact]
    public async Task What_happens_is_counted_in_its_second_its_minute_its_hour_and_in_all()
    {
        await AddAsync(Row(AnalyticsAction.Comment, 0), Row(AnalyticsAction.Comment, 0.5), Row(AnalyticsAction.Reply, 0.7), Row(AnalyticsAction.Comment, 3));
        await AddAsync(Row(AnalyticsAction.Comment, 0.1), Row(AnalyticsAction.Reactions, 1) with { Count = 4 }, Row(AnalyticsAction.Reactions, 1.2) with { Count = -1 });
        var floor = Start.AddMilliseconds(-400);
        Assert.Equal(
            [new(floor, "comments", 3), new(floor.AddSeconds(1), "reactions", 3), new(floor.AddSeconds(1), "replies", 1), new(floor.AddSeconds(3), "comments", 1)],
            await SeriesAsync(AnalyticsStep.Second));
        var (minute, next) = (new DateTimeOffset(2026, 1, 2, 3, 59, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 4, 0, 0, TimeSpan.Zero));
        Assert.Equal([new(minute, "comments", 3), new(minute, "reactions", 3), new(minute, "replies", 1), new(next, "comments", 1)], await SeriesAsync(AnalyticsStep.Minute));
        Assert.Equal([new(minute.AddMinutes(-59), "comments", 3), new(minute.AddMinutes(-59), "reactions", 3), new(minute.AddMinutes(-59), "replies", 1), new(next, "comments", 1)], await SeriesAsync(AnalyticsStep.Hour));
        var totals = await TotalsAsync();
        Assert.Equal((5, 1, 3), (totals.Placed, totals[Measures.Replies], totals[Measures.Reactions]));
    }

    [Fact]
    public async Task A_series_has_what_begins_in_the_span_and_nothing_of_its_end()
    {
        for (var second = 0; second < 5; second++)
            await AddAsync(Row(AnalyticsAction.Removed, second));
        var floor = Start.AddMilliseconds(-400);
        var found = await Analytics.SeriesAsync(_id, AnalyticsStep.Second, floor.AddSeconds(1), floor.AddSeconds(3), default);
        Assert.Equal([floor.AddSeconds(1), floor.AddSeconds(2)], found.Select(value => value.At));
    }

    [Fact]
    public async Task Parts_are_counted_in_all_and_are_in_no_series()
    {
        await AddAsync(Row(AnalyticsAction.Refused, 0) with { Reason = "busy" }, Row(AnalyticsAction.Refused, 1) with { Reason = "slow-mode" }, Row(AnalyticsAction.Refused, 2) with { Reason = "busy" },
            Row(AnalyticsAction.Held, 0) with { Reason = "rule" }, Row(AnalyticsAction.Answered, 0) with { LatencyMs = 12, From = Locality.Of("DE", "BY") }, Row(AnalyticsAction.Comment, 0) with { Platform = "web", Length = 9 });
        var totals = await TotalsAsync();
        Assert.Equal([new("busy", 2), new("slow-mode", 1)], totals.Measures.Parts(Measures.RefusedBy));
        Assert.Equal([new("rule", 1)], totals.Measures.Parts(Measures.HeldBy));
        Assert.Equal([new("web", 1)], totals.Measures.Parts(Measures.Platform));
        Assert.Equal([new("DE", 1)], totals.Measures.Parts(Measures.Country));
        Assert.Equal([new("DE-BY", 1)], totals.Measures.Parts(Measures.Region));
        Assert.Equal((3, 1), (totals[Measures.Refused], totals[Measures.Held]));
        Assert.InRange(totals.Measures.Percentile(0.5)!.Value, 12, 15);
        Assert.Equal(9, totals[Measures.Characters]);
        Assert.Equal(["comments", "held", "refused"], (await SeriesAsync(AnalyticsStep.Hour)).Select(value => value.Measure).Distinct());
    }

    [Fact]
    public async Task Of_viewers_the_most_at_once_hold()
    {
        await AddAsync(Row(AnalyticsAction.Viewers, 0) with { Count = 5 }, Row(AnalyticsAction.Viewers, 0.1) with { Count = 9 });
        await AddAsync(Row(AnalyticsAction.Viewers, 0.2) with { Count = 7 }, Row(AnalyticsAction.Viewers, 3_600) with { Count = 8 });
        Assert.Equal([9, 8], (await SeriesAsync(AnalyticsStep.Second)).Select(value => value.Value));
        Assert.Equal([9, 8], (await SeriesAsync(AnalyticsStep.Hour)).Select(value => value.Value));
        Assert.Equal(9, (await TotalsAsync())[Measures.Viewers]);
    }

    [Fact]
    public async Task Whoever_writes_again_is_the_same_person()
    {
        await AddAsync(Row(AnalyticsAction.Comment, 0) with { Author = AuthorHash.Of(_id, Ann.Id) }, Row(AnalyticsAction.Comment, 1) with { Author = AuthorHash.Of(_id, Bob.Id) });
        await Store.ReopenAsync();
        await AddAsync(Row(AnalyticsAction.Reply, 2) with { Author = AuthorHash.Of(_id, Ann.Id) }, Row(AnalyticsAction.Comment, 3) with { Author = AuthorHash.Of(_id, UserId.New(TimeProvider.System)) });
        Assert.Equal(3, (await TotalsAsync()).UniqueAuthors);
    }

    [Fact]
    public async Task A_batch_that_is_added_again_counts_once()
    {
        var batch = new AnalyticsBatch(Guid.NewGuid(), [Row(AnalyticsAction.Comment, 0)], []);
        Assert.True(await Analytics.AddAsync(batch, default));
        Assert.True(await Analytics.AddAsync(batch, default));
        await Store.ReopenAsync();
        Now += TimeSpan.FromDays(6);
        while (!await Analytics.ForgetAsync(Start.AddDays(-1), Start.AddDays(-1), default))
        {
        }
        Assert.True(await Analytics.AddAsync(batch, default));
        Assert.Equal(1, (await TotalsAsync()).Placed);
    }

    [Fact]
    public async Task What_a_follower_read_is_kept_together_with_how_far_it_came()
    {
        var (first, second) = (new FollowerPosition(new Position(7, 10), 3), new FollowerPosition(new Position(7, 12), 3));
        Assert.True(await FollowAsync(null, first, 10));
        Assert.Equal(first, await Store.Followers.FindAsync(Analytics.Follower, _id, default));
        await Store.ReopenAsync();
        Assert.True(await FollowAsync(first, second, 2));
        Assert.Equal(second, await Store.Followers.FindAsync(Analytics.Follower, _id, default));
        Assert.Equal(12, (await TotalsAsync()).Placed);
    }

    [Fact]
    public async Task What_another_follower_has_read_before_is_not_added()
    {
        var (first, second) = (new FollowerPosition(new Position(7, 10), 3), new FollowerPosition(new Position(7, 12), 3));
        Assert.True(await FollowAsync(null, first, 10));
        Assert.False(await FollowAsync(null, second, 12));
        Assert.False(await FollowAsync(first with { ReactionVersion = 2 }, second, 12));
        // One span that does not fit keeps all of its batch out.
        var other = EventId.New(TimeProvider.System);
        Assert.False(await Analytics.AddAsync(new AnalyticsBatch(Guid.NewGuid(), [Row(AnalyticsAction.Comment, 0)], [new FollowedSpan(other, null, second), new FollowedSpan(_id, second, second)]), default));
        Assert.Null(await Store.Followers.FindAsync(Analytics.Follower, other, default));
        Assert.Equal(first, await Store.Followers.FindAsync(Analytics.Follower, _id, default));
        Assert.Equal(10, (await TotalsAsync()).Placed);
        // What was turned down may come again by its own right.
        Assert.True(await FollowAsync(first, second, 2));
    }

    [Fact]
    public async Task Two_followers_at_once_count_once()
    {
        var to = new FollowerPosition(new Position(7, 10), 3);
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => FollowAsync(null, to, 10))));
        Assert.Contains(true, added);
        Assert.Equal(10, (await TotalsAsync()).Placed);
    }

    [Fact]
    public async Task Events_are_counted_apart_and_those_of_which_nothing_is_known_are_left_out()
    {
        var other = EventId.New(TimeProvider.System);
        await AddAsync(Row(AnalyticsAction.Comment, 0), new AnalyticsRow(other, Start, AnalyticsAction.Comment) { Count = 5 });
        var totals = await Analytics.TotalsAsync([_id, other, EventId.New(TimeProvider.System)], default);
        Assert.Equal([(_id, 1L), (other, 5L)], totals.Select(one => (one.Key, one.Value.Placed)).OrderBy(one => one.Placed));
        Assert.Empty(await Analytics.SeriesAsync(EventId.New(TimeProvider.System), AnalyticsStep.Hour, Start.AddDays(-1), Start.AddDays(1), default));
    }

    [Fact]
    public async Task A_deleted_event_leaves_nothing_and_others_stay()
    {
        var other = EventId.New(TimeProvider.System);
        await AddAsync([.. Enumerable.Range(0, 3_000).Select(second => Row(AnalyticsAction.Comment, second) with { Author = 9 }), new AnalyticsRow(other, Start, AnalyticsAction.Comment)]);
        while (!await Analytics.DeleteAsync(_id, default))
        {
        }
        Assert.Empty(await Analytics.TotalsAsync([_id], default));
        Assert.Empty(await SeriesAsync(AnalyticsStep.Second));
        Assert.Equal(1, (await Analytics.TotalsAsync([other], default))[other].Placed);
        await AddAsync(Row(AnalyticsAction.Comment, 0));
        Assert.Equal(0, (await TotalsAsync()).UniqueAuthors);
    }

    [Fact]
    public async Task Seconds_are_forgotten_first_and_everything_in_the_end()
    {
        var other = EventId.New(TimeProvider.System);
        await AddAsync([.. Enumerable.Range(0, 3_000).Select(second => Row(AnalyticsAction.Comment, second) with { Author = 9 }), new AnalyticsRow(other, Start.AddDays(40), AnalyticsAction.Comment)]);
        await ForgetAsync(Start.AddDays(-1), Start.AddSeconds(2_000));
        Assert.Equal(1_000, (await SeriesAsync(AnalyticsStep.Second)).Count);
        Assert.Equal(3_000, (await SeriesAsync(AnalyticsStep.Minute)).Sum(value => value.Value));
        await ForgetAsync(Start.AddDays(30), Start.AddDays(30));
        Assert.Empty(await Analytics.TotalsAsync([_id], default));
        Assert.Empty(await SeriesAsync(AnalyticsStep.Second));
        Assert.Equal(1, (await Analytics.TotalsAsync([other], default))[other].Placed);
        await AddAsync(Row(AnalyticsAction.Comment, 0));
        Assert.Equal(0, (await TotalsAsync()).UniqueAuthors);
    }

    private AnalyticsRow Row(AnalyticsAction action, double second) => new(_id, Start.AddSeconds(second), action);

    private async Task AddAsync(params AnalyticsRow[] rows) => Assert.True(await Analytics.AddAsync(new AnalyticsBatch(Guid.NewGuid(), rows, []), default));

    private async Task<bool> FollowAsync(FollowerPosition? from, FollowerPosition to, int comments) =>
        await Analytics.AddAsync(new AnalyticsBatch(Guid.NewGuid(), [.. Enumerable.Range(0, comments).Select(i => Row(AnalyticsAction.Comment, 0) with { Entry = new Position(to.Log.Epoch, to.Log.Seq - i) })], [new FollowedSpan(_id, from, to)]), default);

    private async Task<IReadOnlyList<Measured>> SeriesAsync(AnalyticsStep step) => await Analytics.SeriesAsync(_id, step, Start.AddDays(-1), Start.AddDays(1), default);

    private async Task<EventTotals> TotalsAsync() => (await Analytics.TotalsAsync([_id], default))[_id];

    private async Task ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore)
    {
        for (var steps = 0; !await Analytics.ForgetAsync(before, secondsBefore, default); steps++)
            Assert.True(steps < 1_000, "It does not come to an end.");
    }
}
