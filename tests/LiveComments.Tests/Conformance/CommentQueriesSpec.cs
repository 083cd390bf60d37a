using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="ICommentQueries"/> promises, whatever stores it.</summary>
public abstract class CommentQueriesSpec : StoreSpec
{
    private static PageRequest Forward(int limit) => new(0, long.MaxValue, null, null, Newest: false, limit);

    [Fact]
    public async Task A_thousand_comments_of_one_millisecond_are_paged_by_position_without_loss()
    {
        var (id, expected) = await ThousandAsync();
        var seen = new List<string>();
        var request = Forward(33) with { AfterSeq = 2 };
        while (true)
        {
            var page = await Store.Comments.PageAsync(id, request, default);
            seen.AddRange(Texts(page.Comments));
            if (!page.More)
                break;
            request = request with { AfterSeq = page.CompleteTo.Seq };
        }
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task A_thousand_comments_of_one_millisecond_are_found_by_since_without_loss()
    {
        var (id, expected) = await ThousandAsync();
        var page = await Store.Comments.PageAsync(id, Forward(33) with { Since = Now }, default);
        var seen = Texts(page.Comments).ToList();
        while (page.More)
        {
            // The next page is asked for with the time of the last comment seen and its position: the time alone would stand still.
            page = await Store.Comments.PageAsync(id, Forward(33) with { Since = page.Comments[^1].Time, AfterSeq = page.CompleteTo.Seq }, default);
            seen.AddRange(Texts(page.Comments));
        }
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Since_is_inclusive_and_finer_than_a_millisecond()
    {
        var id = await LiveAsync();
        var start = Now;
        for (var i = 0; i < 30; i++)
        {
            Now = start.AddMilliseconds(i / 3 * 10);
            await PostAsync(id, $"{i}");
        }
        for (var step = -1; step <= 10; step++)
            foreach (var (ticks, first) in ((long, int)[])[(0, step), (1, step + 1), (-1, step)])
            {
                var since = start.AddMilliseconds(step * 10).AddTicks(ticks);
                var page = await Store.Comments.PageAsync(id, Forward(100) with { Since = since }, default);
                Assert.Equal(Enumerable.Range(0, 30).Skip(Math.Max(0, first) * 3).Select(i => $"{i}"), Texts(page.Comments));
            }
        Assert.Empty((await Store.Comments.PageAsync(id, Forward(9) with { Since = DateTimeOffset.MaxValue }, default)).Comments);
        Assert.Equal(9, (await Store.Comments.PageAsync(id, Forward(9) with { Since = DateTimeOffset.MinValue }, default)).Comments.Count);
    }

    [Fact]
    public async Task A_page_says_up_to_where_it_is_complete()
    {
        var id = await LiveAsync();
        for (var seq = 2; seq <= 11; seq++)
            await PostAsync(id, $"{seq}");
        await PlaceAsync(id, new SettingsDraft(new EventSettings()));

        async Task AssertPage(PageRequest request, string texts, long completeTo, bool more)
        {
            var page = await Store.Comments.PageAsync(id, request, default);
            Assert.Equal(texts, string.Join(' ', Texts(page.Comments)));
            Assert.Equal((completeTo, more), (page.CompleteTo.Seq, page.More));
        }

        await AssertPage(Forward(10), "2 3 4 5 6 7 8 9 10 11", 12, more: false);
        await AssertPage(Forward(9), "2 3 4 5 6 7 8 9 10", 10, more: true);
        await AssertPage(Forward(3) with { AfterSeq = 5 }, "6 7 8", 8, more: true);
        await AssertPage(Forward(3) with { AfterSeq = 5, BeforeSeq = 8 }, "6 7", 7, more: false);
        await AssertPage(Forward(3) with { AfterSeq = 12 }, "", 12, more: false);
        await AssertPage(Forward(3) with { Newest = true }, "9 10 11", 12, more: true);
        await AssertPage(Forward(3) with { Newest = true, BeforeSeq = 9 }, "6 7 8", 8, more: true);
        await AssertPage(Forward(3) with { Newest = true, BeforeSeq = 5 }, "2 3 4", 4, more: false);
    }

    [Fact]
    public async Task A_page_of_an_event_without_a_log_is_empty()
    {
        var page = await Store.Comments.PageAsync(EventId.New(Time), Forward(10), default);
        Assert.Empty(page.Comments);
        Assert.False(page.More);
    }

    [Fact]
    public async Task Removed_comments_leave_a_page_as_full_as_before()
    {
        var id = await LiveAsync();
        var comments = new List<Comment>();
        for (var i = 0; i < 12; i++)
            comments.Add(await PostAsync(id, $"{i}"));
        foreach (var comment in comments.Where((_, i) => i % 2 == 1))
            await RemoveAsync(id, comment.Id);
        var page = await Store.Comments.PageAsync(id, Forward(4), default);
        Assert.Equal(["0", "2", "4", "6"], Texts(page.Comments));
        Assert.Equal(["8", "10"], Texts((await Store.Comments.PageAsync(id, Forward(4) with { AfterSeq = page.CompleteTo.Seq }, default)).Comments));
    }

    [Fact]
    public async Task A_thread_is_paged_like_an_event()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var (root, noise) = (await PostAsync(id, "root"), await PostAsync(id, "noise"));
        for (var i = 0; i < 6; i++)
        {
            await PostAsync(id, $"{i}", root.Id);
            await PostAsync(id, $"noise {i}", noise.Id);
        }
        var first = await Store.Comments.PageAsync(id, Forward(4) with { Thread = root.Id }, default);
        Assert.Equal(["0", "1", "2", "3"], Texts(first.Comments));
        Assert.True(first.More);
        Assert.Equal(["4", "5"], Texts((await Store.Comments.PageAsync(id, Forward(4) with { Thread = root.Id, AfterSeq = first.CompleteTo.Seq }, default)).Comments));
        Assert.Equal(["4", "5"], Texts((await Store.Comments.PageAsync(id, Forward(2) with { Thread = root.Id, Newest = true }, default)).Comments));
        Assert.Empty((await Store.Comments.PageAsync(id, Forward(4) with { Thread = CommentId.New(Time) }, default)).Comments);
        Assert.Empty((await Store.Comments.PageAsync(other, Forward(4) with { Thread = root.Id }, default)).Comments);
    }

    [Fact]
    public async Task A_comment_is_found_in_its_own_event_only()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var comment = await PostAsync(id, "x");
        Assert.Equal("x", (await Store.Comments.FindAsync(id, comment.Id, default))!.Text);
        Assert.Null(await Store.Comments.FindAsync(other, comment.Id, default));
        Assert.Null(await Store.Comments.FindAsync(id, CommentId.New(Time), default));
        Assert.Null(await Store.Comments.FindAsync(EventId.New(Time), comment.Id, default));
    }

    [Fact]
    public async Task The_most_popular_come_first_and_ties_by_position()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var elsewhere = await PostAsync(other, "elsewhere");
        var comments = new Dictionary<string, Comment>();
        foreach (var text in (string[])["none", "one", "three", "also one", "last", "removed"])
            comments.Add(text, await PostAsync(id, text));
        var people = Enumerable.Range(0, 5).Select(_ => UserId.New(TimeProvider.System)).ToList();
        foreach (var (text, count) in ((string, int)[])[("one", 1), ("three", 3), ("also one", 1), ("removed", 5)])
            foreach (var person in people.Take(count))
                await ReactAsync(id, comments[text].Id, person, person == people[0] ? ReactionType.Sad : ReactionType.Love);
        foreach (var person in people)
            await ReactAsync(other, elsewhere.Id, person, ReactionType.Wow);
        await RemoveAsync(id, comments["removed"].Id);
        await ReactAsync(id, comments["last"].Id, people[0], ReactionType.Wow);
        await ReactAsync(id, comments["last"].Id, people[0], null);

        Assert.Equal(["three", "one", "also one", "none", "last"], Texts(await Store.Comments.PopularAsync(id, 10, default)));
        Assert.Equal(["three", "one"], Texts(await Store.Comments.PopularAsync(id, 2, default)));
        Assert.Equal(["three", "one", "also one", "none"], Texts(await Store.Comments.PopularAsync(id, 4, default)));
        Assert.Equal(3, (await Store.Comments.PopularAsync(id, 1, default))[0].Reactions.Counts.Total);
    }

    [Fact]
    public async Task The_questions_of_an_event_are_listed_newest_first_with_their_votes_and_without_removed_ones()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        Assert.Empty(await Store.Comments.QuestionsAsync(id, 10, default));
        var questions = new List<Comment>();
        for (var i = 0; i < 4; i++)
        {
            questions.Add(await PostAsync(id, Draft($"{i}") with { IsQuestion = true }));
            await PostAsync(id, "no question", i == 3 ? questions[0].Id : null);
            await PostAsync(other, Draft("elsewhere") with { IsQuestion = true });
        }
        await RemoveAsync(id, questions[2].Id);
        await ReactAsync(id, questions[1].Id, Bob.Id, ReactionType.Like);
        await PlaceAsync(id, new QuestionDraft(questions[1].Id, QuestionStatus.Answered, Bob.Id));
        await Store.ReopenAsync();
        var listed = await Store.Comments.QuestionsAsync(id, 10, default);
        Assert.Equal(["3", "1", "0"], Texts(listed));
        Assert.Equal([QuestionStatus.Open, QuestionStatus.Answered, QuestionStatus.Open], listed.Select(question => question.Question));
        Assert.Equal([0, 1, 0], listed.Select(question => question.Reactions.Counts.Likes));
        Assert.Equal([0, 0, 1], listed.Select(question => question.ReplyCount));
        Assert.Equal(["3", "1"], Texts(await Store.Comments.QuestionsAsync(id, 2, default)));
        await PlaceAsync(id, new RestoreDraft(questions[2].Id, Bob.Id));
        Assert.Equal(["3", "2", "1", "0"], Texts(await Store.Comments.QuestionsAsync(id, 10, default)));
        Assert.Empty(await Store.Comments.QuestionsAsync(EventId.New(Time), 10, default));
    }

    [Fact]
    public async Task What_somebody_wrote_is_listed_over_all_events_newest_first()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        for (var i = 0; i < 10; i++)
        {
            await PostAsync(i % 2 == 0 ? id : other, $"{i}");
            await PostAsync(id, Draft("somebody else", Bob));
        }
        await AssertNewestFirst((before, limit) => Store.Comments.ByAuthorAsync(Ann.Id, before, limit, default), id, other);
    }

    [Fact]
    public async Task What_mentions_somebody_is_listed_over_all_events_newest_first()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        for (var i = 0; i < 10; i++)
        {
            await PostAsync(i % 2 == 0 ? id : other, Draft($"{i}", mentions: [new Mention(Bob.Id, "bob"), new Mention(Bob.Id, "bob"), new Mention(Ann.Id, "ann")]));
            await PostAsync(id, Draft("of somebody else", mentions: [new Mention(Ann.Id, "ann")]));
        }
        await AssertNewestFirst((before, limit) => Store.Comments.MentioningAsync(Bob.Id, before, limit, default), id, other);
    }

    [Fact]
    public async Task The_first_comment_of_each_person_in_an_event_is_known_also_when_it_was_removed()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var cleo = Person("cleo");
        await PostAsync(other, Draft("elsewhere", cleo));
        var first = await PostAsync(id, Draft("removed", Bob));
        await RemoveAsync(id, first.Id);
        var ann = await PostAsync(id, "the first");
        await PostAsync(id, Draft("again", Bob));
        await PostAsync(id, "the second");
        UserId[] people = [Ann.Id, Bob.Id, cleo.Id, Person("dan").Id];
        Assert.Equal([(Ann.Id, ann.Position.Seq), (Bob.Id, first.Position.Seq)], (await Store.Comments.FirstsAsync(id, people, default)).Select(one => (one.Key, one.Value)).OrderBy(one => one.Key != Ann.Id));
        Assert.Equal([cleo.Id], (await Store.Comments.FirstsAsync(other, people, default)).Keys);
        Assert.Empty(await Store.Comments.FirstsAsync(id, [], default));
        Assert.Empty(await Store.Comments.FirstsAsync(new EventId(Guid.NewGuid()), people, default));
    }

    private async Task AssertNewestFirst(Func<CommentId?, int, ValueTask<IReadOnlyList<FoundComment>>> list, EventId even, EventId odd)
    {
        var seen = new List<FoundComment>();
        while (await list(seen.LastOrDefault()?.Comment.Id, 4) is { Count: > 0 } page)
            seen.AddRange(page);
        Assert.Equal(["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"], Texts(seen.Select(found => found.Comment)));
        Assert.All(seen, found => Assert.Equal(int.Parse(found.Comment.Text) % 2 == 0 ? even : odd, found.EventId));
        var head = (await Store.Log.HeadsAsync([odd], default))[odd].Position;
        Assert.Equal(head, seen[0].Comment.Position);
    }

    private async Task<(EventId Id, IReadOnlyList<string> Texts)> ThousandAsync()
    {
        var id = await LiveAsync();
        await PostAsync(id, "older");
        Now = Now.AddMilliseconds(1);
        for (var i = 0; i < 10; i++)
            await Store.Log.AppendAsync(id, [.. Enumerable.Range(i * 100, 100).Select(n => Draft($"{n}"))], default);
        return (id, [.. Enumerable.Range(0, 1_000).Select(n => $"{n}")]);
    }
}
