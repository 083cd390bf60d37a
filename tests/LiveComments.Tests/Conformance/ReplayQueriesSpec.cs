using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Replay;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IReplayQueries"/> promises, whatever stores it.</summary>
public abstract class ReplayQueriesSpec : StoreSpec
{
    [Fact]
    public async Task Spans_of_time_hold_every_comment_once_and_in_order_but_removed_ones()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var start = Now;
        var comments = new List<Comment>();
        for (var i = 0; i < 40; i++)
        {
            // Several in one millisecond, and times on both sides of a boundary.
            Now += TimeSpan.FromMilliseconds(i % 3 * 499.5);
            comments.Add(await PostAsync(id, $"{i}"));
            await PostAsync(other, "elsewhere");
        }
        await RemoveAsync(id, comments[5].Id);
        var seen = new List<Comment>();
        for (var from = start; from <= Now; from += TimeSpan.FromSeconds(2))
        {
            var span = await SpanAsync(id, from, from.AddSeconds(2), limit: 3);
            Assert.All(span.Comments, comment => Assert.InRange(comment.Time, from, from.AddSeconds(2).AddTicks(-1)));
            seen.AddRange(span.Comments);
        }
        Assert.Equal(comments.Where(comment => comment.Text != "5").Select(comment => comment.Id), seen.Select(comment => comment.Id));
        Assert.Equal(seen.Select(comment => comment.Id), (await SpanAsync(id, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, limit: 100)).Comments.Select(comment => comment.Id));
    }

    [Fact]
    public async Task What_was_on_stage_is_known_by_time_without_what_was_removed()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var start = Now;
        var (one, two) = (await PostAsync(id, "one"), await PostAsync(id, "two"));
        await PlaceAsync(other, new StageDraft((await PostAsync(other, "elsewhere")).Id, Bob.Id));
        await PlaceAsync(id, new CardDraft(new Card(Guid.NewGuid(), Card.Poll, "{}")));
        foreach (var staged in new CommentId?[] { one.Id, two.Id, null, one.Id })
        {
            Now += TimeSpan.FromSeconds(10);
            await PlaceAsync(id, new StageDraft(staged, Bob.Id));
        }
        Assert.Equal([(10, "one"), (20, "two"), (30, null), (40, "one")], await StagedAsync(10));
        Assert.Equal([(30, null), (40, "one")], await StagedAsync(2));
        await RemoveAsync(id, two.Id);
        Assert.Equal([(10, "one"), (20, null), (30, null), (40, "one")], await StagedAsync(4));
        Assert.Empty(await Store.Replay.StagedAsync(EventId.New(Time), 10, default));

        async Task<IEnumerable<(int, string?)>> StagedAsync(int limit) =>
            (await Store.Replay.StagedAsync(id, limit, default)).Select(staged => ((int)(staged.Time - start).TotalSeconds, staged.Comment?.Text));
    }

    [Fact]
    public async Task Counts_of_reactions_are_as_they_were_second_for_second()
    {
        var id = await LiveAsync();
        var start = Now;
        var (one, two) = (await PostAsync(id, "one"), await PostAsync(id, "two"));
        await ReactAsync(id, one.Id, Ann.Id, ReactionType.Like);
        await ReactAsync(id, one.Id, Bob.Id, ReactionType.Like);
        Now += TimeSpan.FromSeconds(1);
        await ReactAsync(id, two.Id, Ann.Id, ReactionType.Sad);
        await ReactAsync(id, one.Id, Ann.Id, ReactionType.Love);
        Now += TimeSpan.FromSeconds(40);
        await ReactAsync(id, one.Id, Ann.Id, null);
        await ReactAsync(id, one.Id, Ann.Id, null);

        var growth = (await SpanAsync(id, start.AddSeconds(-9), start.AddSeconds(60), limit: 1)).Reactions;
        Assert.Equal(
            [(one.Id, new ReactionCounts { Likes = 2 }), (one.Id, new ReactionCounts { Likes = 1, Loves = 1 }), (two.Id, new ReactionCounts { Sads = 1 }), (one.Id, new ReactionCounts { Likes = 1 })],
            growth.Select(counts => (counts.CommentId, counts.Counts)));
        Assert.Equal([0, 1, 1, 41], growth.Select(counts => (int)(counts.Time - start).TotalSeconds));
        // What is counted is not earlier than the comment it is counted of.
        Assert.All(growth, counts => Assert.InRange(counts.Time, start, start.AddSeconds(42)));
        Assert.Equal(growth[3], Assert.Single((await SpanAsync(id, start.AddSeconds(30), start.AddSeconds(60), limit: 10)).Reactions));
    }

    [Fact]
    public async Task Counts_stand_in_no_earlier_span_than_their_comment()
    {
        var id = await LiveAsync();
        var start = Now;
        for (var i = 0; i < 30; i++)
        {
            Now += TimeSpan.FromMilliseconds(137);
            var comment = await PostAsync(id, $"{i}");
            await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Wow);
        }
        var known = new HashSet<CommentId>();
        var counted = 0;
        for (var from = start; from <= Now.AddSeconds(1); from += TimeSpan.FromMilliseconds(250))
        {
            var span = await SpanAsync(id, from, from.AddMilliseconds(250), limit: 10);
            known.UnionWith(span.Comments.Select(comment => comment.Id));
            Assert.All(span.Reactions, counts => Assert.Contains(counts.CommentId, known));
            counted += span.Reactions.Count;
        }
        Assert.Equal(30, counted);
    }

    [Fact]
    public async Task The_counts_of_removed_comments_are_in_no_span()
    {
        var id = await LiveAsync();
        var (kept, removed) = (await PostAsync(id, "kept"), await PostAsync(id, "removed"));
        await ReactAsync(id, kept.Id, Ann.Id, ReactionType.Like);
        await ReactAsync(id, removed.Id, Ann.Id, ReactionType.Like);
        Assert.Equal(2, (await SpanAsync(id, Now.AddMinutes(-1), Now.AddMinutes(1), limit: 10)).Reactions.Count);
        await RemoveAsync(id, removed.Id);
        Assert.Equal(kept.Id, Assert.Single((await SpanAsync(id, Now.AddMinutes(-1), Now.AddMinutes(1), limit: 10)).Reactions).CommentId);
    }

    [Fact]
    public async Task Activity_counts_comments_and_reactions_of_each_interval()
    {
        var id = await LiveAsync();
        var start = Now;
        var comment = await PostAsync(id, "at the start");
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        Now = start.AddSeconds(30);
        await PostAsync(id, "on the boundary");
        // What the log says of the event, and what was removed, is no comment.
        await PlaceAsync(id, new SettingsDraft(EventSettings.Default));
        await RemoveAsync(id, (await PostAsync(id, "removed")).Id);
        Now = start.AddSeconds(95);
        await PostAsync(id, "late");
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Sad);
        await ReactAsync(id, comment.Id, Bob.Id, ReactionType.Sad);
        Now = start.AddSeconds(200);
        await PostAsync(id, "beyond");

        Assert.Equal([new(1, 1), new(1, 0), new(0, 0), new(1, 2)], await Store.Replay.ActivityAsync(id, start, TimeSpan.FromSeconds(30), 4, default));
        Assert.Empty(await Store.Replay.ActivityAsync(EventId.New(TimeProvider.System), start, TimeSpan.FromSeconds(30), 4, default));
    }

    [Fact]
    public async Task A_deleted_event_leaves_nothing_to_the_next_one()
    {
        var id = await LiveAsync();
        await ReactAsync(id, (await PostAsync(id, "gone")).Id, Ann.Id, ReactionType.Like);
        for (var i = 0; !await Store.Log.DeleteAsync(id, default); i++)
            Assert.True(i < 100);
        var span = await SpanAsync(id, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, limit: 10);
        Assert.Empty(span.Comments);
        Assert.Empty(span.Reactions);
    }

    /// <summary>All pages of a span.</summary>
    private async Task<(List<Comment> Comments, List<PastCounts> Reactions)> SpanAsync(EventId id, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        var (comments, reactions) = (new List<Comment>(), new List<PastCounts>());
        ReplayCursor? after = default(ReplayCursor);
        for (var pages = 0; after is { } cursor; pages++)
        {
            Assert.True(pages < 1_000, "The pages lead in a circle.");
            var page = await Store.Replay.PageAsync(id, from, to, cursor, limit, default);
            Assert.True(page.Comments.Count <= limit && page.Reactions.Count <= limit);
            comments.AddRange(page.Comments);
            reactions.AddRange(page.Reactions);
            after = page.Next;
        }
        return (comments, reactions);
    }
}
