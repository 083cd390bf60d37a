using System.Diagnostics.Metrics;
using LiveComments.Analytics;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Conformance;

/// <summary>The totals of the statistics are those of the log, whatever store it is and whatever fails.</summary>
public abstract class AnalyticsFollowerSpec : StoreSpec
{
    [Fact]
    public async Task Totals_are_those_of_the_log()
    {
        var id = await LiveAsync();
        var first = await PostAsync(id, Draft("hello", Ann));
        await PostAsync(id, Draft("a reply", Bob, first.Id));
        var third = await PostAsync(id, Draft("another", Ann));
        await ReactAsync(id, first.Id, Ann.Id, ReactionType.Like);
        await FollowAsync();
        await ReactAsync(id, first.Id, Bob.Id, ReactionType.Love);
        await ReactAsync(id, third.Id, Bob.Id, ReactionType.Love);
        await ReactAsync(id, first.Id, Ann.Id, null);
        await RemoveAsync(id, third.Id);
        await FollowAsync();
        await FollowAsync();
        var totals = await TotalsAsync(id);
        Assert.Equal((3, 1, 1, 2), (totals.Placed, totals[Measures.Replies], totals.Removed, totals.UniqueAuthors));
        Assert.Equal(2, totals[Measures.Reactions]);
        Assert.Equal("hello".Length + "a reply".Length + "another".Length, totals[Measures.Characters]);
        Assert.Empty(await Store.Followers.BehindAsync(Store.Analytics.Follower, null, 10, default));
    }

    [Fact]
    public async Task A_comment_that_was_removed_before_it_was_read_was_placed_all_the_same()
    {
        var id = await LiveAsync();
        var kept = await PostAsync(id, "stays");
        var removed = await PostAsync(id, Draft("goes", Bob, kept.Id));
        var back = await PostAsync(id, "goes and comes back");
        var twice = await PostAsync(id, "goes, comes back and goes");
        foreach (var comment in new[] { removed, back, twice })
            await RemoveAsync(id, comment.Id);
        foreach (var comment in new[] { back, twice })
            await PlaceAsync(id, new RestoreDraft(comment.Id, Bob.Id));
        await RemoveAsync(id, twice.Id);
        await FollowAsync();
        var totals = await TotalsAsync(id);
        Assert.Equal((4, 1, 2, 2), (totals.Placed, totals[Measures.Replies], totals.Removed, totals.UniqueAuthors));
    }

    [Fact]
    public async Task Entries_are_counted_when_they_happened()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        Now += TimeSpan.FromMinutes(2);
        await RemoveAsync(id, comment.Id);
        Now += TimeSpan.FromMinutes(2);
        await FollowAsync();
        var series = await Store.Analytics.SeriesAsync(id, AnalyticsStep.Minute, Now.AddHours(-1), Now, default);
        Assert.Equal([(-4, "comments"), (-2, "removed")], series.Select(value => ((int)Math.Ceiling((value.At - Now).TotalMinutes), value.Measure)));
    }

    [Fact]
    public async Task A_long_log_is_counted_in_several_batches()
    {
        var id = await LiveAsync();
        foreach (var some in Enumerable.Range(0, 12_345).Chunk(500))
            Assert.All(await Store.Log.AppendAsync(id, [.. some.Select(i => Draft($"{i}"))], default), result => Assert.IsType<AppendResult.Appended>(result));
        await FollowAsync();
        Assert.Equal(12_345, (await TotalsAsync(id)).Placed);
        Assert.Empty(await Store.Followers.BehindAsync(Store.Analytics.Follower, null, 10, default));
    }

    [Fact]
    public async Task What_was_added_without_an_answer_counts_once()
    {
        var id = await LiveAsync();
        await PostAsync(id, "x");
        var analytics = new LosesAnswers(Store.Analytics);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => FollowAsync(analytics));
        await PostAsync(id, "y");
        await FollowAsync(analytics);
        Assert.Equal(2, (await TotalsAsync(id)).Placed);
    }

    [Fact]
    public async Task Two_nodes_that_follow_at_once_count_once()
    {
        var id = await LiveAsync();
        for (var i = 0; i < 100; i++)
            await PostAsync(id, $"{i}");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => FollowAsync())));
        await FollowAsync();
        Assert.Equal(100, (await TotalsAsync(id)).Placed);
    }

    [Fact]
    public async Task A_deleted_event_is_forgotten()
    {
        var id = await LiveAsync();
        await PostAsync(id, "x");
        await FollowAsync();
        while (!await Store.Log.DeleteAsync(id, default))
        {
        }
        await FollowAsync();
        Assert.Empty(await Store.Analytics.TotalsAsync([id], default));
        Assert.Empty(await Store.Followers.BehindAsync(Store.Analytics.Follower, null, 10, default));
    }

    [Fact]
    public async Task Totals_outlive_the_comments()
    {
        var id = await LiveAsync();
        await ReactAsync(id, (await PostAsync(id, "x")).Id, Ann.Id, ReactionType.Like);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        await FollowAsync();
        Assert.True(await Store.Retention.ExpireAsync(id, Now.AddDays(1), default));
        await FollowAsync();
        var totals = await TotalsAsync(id);
        Assert.Equal((1, 1), (totals.Placed, totals[Measures.Reactions]));
        Assert.Empty(await Store.Followers.BehindAsync(Store.Analytics.Follower, null, 10, default));
    }

    [Fact]
    public async Task A_restored_log_is_not_counted_again()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        await FollowAsync();
        var reached = (await Store.Followers.FindAsync(Store.Analytics.Follower, id, default))!.Value;
        // As after a restore: the position is one of another epoch.
        await Store.Followers.KeepAsync(Store.Analytics.Follower, id, reached with { Log = reached.Log with { Epoch = reached.Log.Epoch + 1 } }, default);
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        await PostAsync(id, "y");
        await FollowAsync();
        var totals = await TotalsAsync(id);
        Assert.Equal((2, 1), (totals.Placed, totals[Measures.Reactions]));
    }

    [Fact]
    public async Task Of_an_event_that_is_switched_off_nothing_is_counted_and_nothing_waits()
    {
        var id = await LiveAsync();
        Assert.Null(await Store.Catalog.AddAsync(new LiveEvent(id, null, "Title", null, "news", EventStatus.Live, Now, false, null, "UTC", EventSettings.Default, Ann.Id, Now, Now) { AnalyticsConfig = """{"off":["comments"]}""" }, default));
        await ReactAsync(id, (await PostAsync(id, "x")).Id, Ann.Id, ReactionType.Like);
        await FollowAsync();
        Assert.Empty(await Store.Analytics.TotalsAsync([id], default));
        Assert.Empty(await Store.Followers.BehindAsync(Store.Analytics.Follower, null, 10, default));
    }

    private Task FollowAsync() => FollowAsync(Store.Analytics);

    private async Task FollowAsync(IAnalyticsStore analytics)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var follower = new AnalyticsFollower(analytics, Store.Followers, Store.Outlines, Store.Reactions, new EventDirectory(Store.Catalog, Store.Participants, Time), new LiveComments.Akka.Alone(),
            new AnalyticsMetrics(services.GetRequiredService<IMeterFactory>()), Time, NullLogger<AnalyticsFollower>.Instance);
        await follower.FollowAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task<EventTotals> TotalsAsync(EventId id) => (await Store.Analytics.TotalsAsync([id], default))[id];

    /// <summary>Adds the first batch and answers as if nobody knew.</summary>
    private sealed class LosesAnswers(IAnalyticsStore inner) : IAnalyticsStore
    {
        private bool _lost;

        public string Follower => inner.Follower;

        public async ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct)
        {
            var added = await inner.AddAsync(batch, ct);
            if (_lost)
                return added;
            _lost = true;
            throw new StoreUnavailableException("The store did not answer in time.", outcomeUnknown: true);
        }

        public ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => inner.TotalsAsync(ids, ct);

        public ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => inner.SeriesAsync(id, step, from, to, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => inner.DeleteAsync(id, ct);

        public ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct) => inner.ForgetAsync(before, secondsBefore, ct);
    }
}
