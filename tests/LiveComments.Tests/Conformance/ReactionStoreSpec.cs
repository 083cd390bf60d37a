using LiveComments.Comments;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IReactionStore"/> promises, whatever stores it.</summary>
public abstract class ReactionStoreSpec : StoreSpec
{
    [Fact]
    public async Task Each_type_is_counted_for_itself()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        foreach (var type in ReactionTypes.All)
            for (var i = 0; i < (int)type; i++)
                await ReactAsync(id, comment.Id, UserId.New(TimeProvider.System), type);
        var counts = (await TallyAsync(id, comment.Id)).Counts;
        Assert.Equal(new ReactionCounts(1, 2, 3, 4, 5, 6), counts);
    }

    [Fact]
    public async Task A_retry_counts_once_and_leaves_the_version_alone()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        var tally = await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        Assert.Equal(new ReactionCounts { Likes = 1 }, tally.Counts);
        Assert.Equal(tally, await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like));
        Assert.Equal(tally, await TallyAsync(id, comment.Id));
    }

    [Fact]
    public async Task Another_type_replaces_the_first()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        await ReactAsync(id, comment.Id, Bob.Id, ReactionType.Love);
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        Assert.Equal(new ReactionCounts { Loves = 1, Angries = 1 }, (await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Angry)).Counts);
        Assert.Equal(new ReactionCounts { Loves = 1, Angries = 1 }, (await TallyAsync(id, comment.Id)).Counts);
    }

    [Fact]
    public async Task Taking_back_is_idempotent_too()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        Assert.Equal(default, await ReactAsync(id, comment.Id, Ann.Id, null));
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Haha);
        var taken = await ReactAsync(id, comment.Id, Ann.Id, null);
        Assert.Equal(default, taken.Counts);
        Assert.Equal(taken, await ReactAsync(id, comment.Id, Ann.Id, null));
        Assert.Equal(new ReactionCounts { Hahas = 1 }, (await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Haha)).Counts);
    }

    [Fact]
    public async Task The_version_grows_with_every_change()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        var last = 0L;
        foreach (var type in (ReactionType?[])[ReactionType.Like, ReactionType.Love, null, ReactionType.Sad, null])
        {
            var version = (await ReactAsync(id, comment.Id, Ann.Id, type)).Version;
            Assert.True(version > last, $"{version} follows {last}");
            last = version;
        }
        await Store.ReopenAsync();
        Assert.True((await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Wow)).Version > last);
    }

    [Fact]
    public async Task Results_stand_in_order_and_carry_the_counts_after_the_whole_batch()
    {
        var id = await LiveAsync();
        var (one, two) = (await PostAsync(id, "1"), await PostAsync(id, "2"));
        var results = await Store.Reactions.ApplyAsync(id,
        [
            new ReactionDraft(one.Id, Ann.Id, ReactionType.Like),
            new ReactionDraft(CommentId.New(Time), Ann.Id, ReactionType.Like),
            new ReactionDraft(two.Id, Ann.Id, ReactionType.Sad),
            new ReactionDraft(one.Id, Bob.Id, ReactionType.Like),
            new ReactionDraft(two.Id, Ann.Id, null),
            new ReactionDraft(one.Id, Ann.Id, ReactionType.Love),
        ], default);
        Assert.Equal([null, Error.CommentNotFound, null, null, null, null], results.Select(result => result.Error));
        Assert.All((int[])[0, 3, 5], i => Assert.Equal(new ReactionCounts { Likes = 1, Loves = 1 }, results[i].Tally.Counts));
        Assert.All((int[])[2, 4], i => Assert.Equal(default, results[i].Tally.Counts));
        Assert.Equal(results[0].Tally, await TallyAsync(id, one.Id));
    }

    [Fact]
    public async Task Unknown_and_removed_comments_and_those_of_other_events_take_none()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var (removed, elsewhere) = (await PostAsync(id, "removed"), await PostAsync(other, "elsewhere"));
        await ReactAsync(id, removed.Id, Ann.Id, ReactionType.Like);
        await RemoveAsync(id, removed.Id);
        var results = await Store.Reactions.ApplyAsync(id,
            [new(removed.Id, Bob.Id, ReactionType.Like), new(elsewhere.Id, Bob.Id, ReactionType.Like), new(CommentId.New(Time), Bob.Id, null)], default);
        Assert.All(results, result => Assert.Equal(Error.CommentNotFound, result.Error));
        Assert.Equal(default, await TallyAsync(other, elsewhere.Id));
        Assert.Equal(Error.CommentNotFound, Assert.Single(await Store.Reactions.ApplyAsync(EventId.New(Time), [new(elsewhere.Id, Bob.Id, ReactionType.Like)], default)).Error);
    }

    [Fact]
    public async Task Counts_are_exact_after_any_parallel_changes_and_the_same_after_reopening()
    {
        var id = await LiveAsync();
        var comments = new List<Comment>();
        for (var i = 0; i < 4; i++)
            comments.Add(await PostAsync(id, $"{i}"));
        var people = Enumerable.Range(0, 12).Select(_ => UserId.New(TimeProvider.System)).ToList();
        // Each person acts alone, in order and with retries; all of them at once. So each one's last word is known.
        var last = await Task.WhenAll(people.Select((person, seed) => Task.Run(async () =>
        {
            var random = new Random(seed);
            var words = new Dictionary<CommentId, ReactionType?>();
            for (var round = 0; round < 20; round++)
            {
                var drafts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new ReactionDraft(comments[random.Next(4)].Id, person,
                    random.Next(3) == 0 ? null : (ReactionType)random.Next(1, 7))).ToList();
                await Store.Reactions.ApplyAsync(id, drafts, default);
                if (random.Next(2) == 0)
                    await Store.Reactions.ApplyAsync(id, drafts, default);
                foreach (var draft in drafts)
                    words[draft.CommentId] = draft.Type;
            }
            return words;
        })));
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var comment in comments)
            {
                var expected = last.Select(words => words.GetValueOrDefault(comment.Id)).OfType<ReactionType>().Aggregate(default(ReactionCounts), (counts, type) => counts.Add(type, 1));
                Assert.Equal(expected, (await TallyAsync(id, comment.Id)).Counts);
            }
            await Store.ReopenAsync();
        }
    }

    [Fact]
    public async Task What_one_person_gave_is_known_for_any_number_of_comments_at_once()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var comments = new List<Comment>();
        for (var i = 0; i < 500; i++)
            comments.Add(await PostAsync(id, $"{i}"));
        var elsewhere = await PostAsync(other, "elsewhere");
        await Store.Reactions.ApplyAsync(id, [.. comments.Take(490).Select((comment, i) => new ReactionDraft(comment.Id, Ann.Id, (ReactionType)(i % 6 + 1)))], default);
        await Store.Reactions.ApplyAsync(id, [.. comments.Select(comment => new ReactionDraft(comment.Id, Bob.Id, ReactionType.Sad))], default);
        await Store.Reactions.ApplyAsync(id, [new(comments[0].Id, Ann.Id, ReactionType.Angry), new(comments[1].Id, Ann.Id, null)], default);
        await Store.Reactions.ApplyAsync(other, [new(elsewhere.Id, Ann.Id, ReactionType.Wow)], default);

        var expected = comments.Take(490).Select((comment, i) => (comment.Id, Type: (ReactionType)(i % 6 + 1))).Where(one => one.Id != comments[1].Id)
            .ToDictionary(one => one.Id, one => one.Id == comments[0].Id ? ReactionType.Angry : one.Type);
        var asked = comments.Select(comment => comment.Id).Append(elsewhere.Id).Append(CommentId.New(Time)).ToList();
        Assert.Equal(expected, await Store.Reactions.GivenByAsync(id, Ann.Id, asked, default));
        Assert.Equal([KeyValuePair.Create(comments[2].Id, expected[comments[2].Id])], await Store.Reactions.GivenByAsync(id, Ann.Id, [comments[2].Id], default));
        Assert.Equal([KeyValuePair.Create(elsewhere.Id, ReactionType.Wow)], await Store.Reactions.GivenByAsync(other, Ann.Id, asked, default));
        Assert.Empty(await Store.Reactions.GivenByAsync(id, UserId.New(Time), asked, default));
        Assert.Empty(await Store.Reactions.GivenByAsync(id, Ann.Id, [], default));
        Assert.Empty(await Store.Reactions.GivenByAsync(EventId.New(Time), Ann.Id, asked, default));
        await Store.ReopenAsync();
        Assert.Equal(expected, await Store.Reactions.GivenByAsync(id, Ann.Id, asked, default));
    }

    [Fact]
    public async Task The_total_is_the_sum_of_all_tallies_and_has_the_version_of_the_last_change()
    {
        var id = await LiveAsync();
        Assert.Equal(default, await Store.Reactions.TotalAsync(id, default));
        Assert.Equal(default, await Store.Reactions.TotalAsync(EventId.New(TimeProvider.System), default));
        var (first, second) = (await PostAsync(id, "first"), await PostAsync(id, "second"));
        await ReactAsync(id, first.Id, Ann.Id, ReactionType.Like);
        await ReactAsync(id, second.Id, Ann.Id, ReactionType.Like);
        await ReactAsync(id, first.Id, Bob.Id, ReactionType.Love);
        var last = await ReactAsync(id, second.Id, Ann.Id, null);
        Assert.Equal(new ReactionTotal(last.Version, 2), await Store.Reactions.TotalAsync(id, default));
        await RemoveAsync(id, first.Id);
        Assert.Equal(2, (await Store.Reactions.TotalAsync(id, default)).Count);
    }

    [Fact]
    public async Task Changes_are_told_in_their_order_each_comment_with_its_latest_counts()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var (one, two, three) = (await PostAsync(id, "1"), await PostAsync(id, "2"), await PostAsync(id, "3"));
        await ReactAsync(other, (await PostAsync(other, "elsewhere")).Id, Ann.Id, ReactionType.Like);
        Assert.Empty(await Store.Reactions.ChangedAsync(id, 0, 10, default));
        await ReactAsync(id, one.Id, Ann.Id, ReactionType.Like);
        await Store.Reactions.ApplyAsync(id, [new(two.Id, Ann.Id, ReactionType.Sad), new(three.Id, Ann.Id, ReactionType.Wow), new(two.Id, Bob.Id, ReactionType.Sad)], default);
        await ReactAsync(id, one.Id, Ann.Id, ReactionType.Like);
        await ReactAsync(id, one.Id, Ann.Id, ReactionType.Love);

        var all = await Store.Reactions.ChangedAsync(id, 0, 10, default);
        Assert.Equal([two.Id, three.Id, one.Id], all.Select(change => change.CommentId));
        Assert.Equal([new ReactionCounts { Sads = 2 }, new ReactionCounts { Wows = 1 }, new ReactionCounts { Loves = 1 }], all.Select(change => change.Tally.Counts));
        Assert.Equal(await TallyAsync(id, one.Id), all[2].Tally);
        // Read in pieces they are the same.
        var pieces = new List<CommentTally>();
        while (await Store.Reactions.ChangedAsync(id, pieces.Count == 0 ? 0 : pieces[^1].Tally.Version, 1, default) is { Count: > 0 } piece)
            pieces.AddRange(piece);
        Assert.Equal(all, pieces);
        Assert.Empty(await Store.Reactions.ChangedAsync(EventId.New(Time), 0, 10, default));

        await ReactAsync(id, two.Id, Bob.Id, null);
        await RemoveAsync(id, two.Id);
        await Store.ReopenAsync();
        Assert.Equal(two.Id, Assert.Single(await Store.Reactions.ChangedAsync(id, all[2].Tally.Version, 10, default)).CommentId);
    }

    private async Task<ReactionTally> TallyAsync(EventId id, CommentId commentId) => (await Store.Comments.FindAsync(id, commentId, default))!.Reactions;
}
