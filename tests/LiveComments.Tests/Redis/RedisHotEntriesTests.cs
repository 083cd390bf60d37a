using System.Diagnostics.Metrics;
using LiveComments.Comments;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Redis;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace LiveComments.Tests.Redis;

[Collection(RedisCollection.Name), RequiresRedis]
public sealed class RedisHotEntriesTests(RedisServer redis) : HotEntriesInRedis(redis)
{
    private readonly RedisServer _redis = redis;

    [Fact]
    public async Task An_event_that_moves_to_another_node_goes_on_there()
    {
        var id = await BeginAsync();
        await SayAsync(id, Draft("on the first"));
        await KeepAsync();
        var entry = Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, Draft("on the second")));
        _nodes[1].Hot.Placed(id, entry.Epoch, [entry.Entry]);
        await _nodes[1].KeepAsync();
        Assert.Equal(["on the first", "on the second"], Texts((await IsLikeTheStoreAsync(id)).Entries));
    }

    [Fact]
    public async Task A_removal_while_Redis_is_frozen_is_carried_out_when_it_thaws_and_the_text_is_never_answered()
    {
        var id = await BeginAsync();
        var comment = await SayAsync(id, Draft("secret"));
        await SayAsync(id, Draft("stays"));
        await KeepAsync();
        await _redis.FreezeAsync();
        try
        {
            await TellAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: true));
            await KeepAsync();
            Assert.Null(await PageAsync(id));
        }
        finally
        {
            await _redis.ThawAsync();
        }
        await Http.EventuallyAsync(async () =>
        {
            Assert.DoesNotContain("secret", Texts((await PageAsync(id))?.Entries ?? []));
            await KeepAsync();
            return !await HasAsync("secret");
        }, "the text is gone from Redis");
        await IsKeptAgainAsync(id, "later");
        Assert.Equal(["stays", "later"], Texts((await IsLikeTheStoreAsync(id)).Entries));
    }

    [Fact]
    public async Task A_Redis_that_was_emptied_killed_or_full_has_everything_again_with_the_next_entry()
    {
        var id = await BeginAsync();
        var first = await SayAsync(id, Draft("first"));
        await KeepAsync();
        await _redis.Database.ExecuteAsync("FLUSHALL");
        Assert.Null(await PageAsync(id));
        await IsKeptAgainAsync(id, "after it was emptied");

        await _redis.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        await TellAsync(id, new RemovalDraft(first.Id, Bob.Id, AsModerator: true));
        await KeepAsync();
        Assert.Null(await PageAsync(id));
        // A full Redis still erases.
        Assert.False(await HasAsync("first"));
        await _redis.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await IsKeptAgainAsync(id, "after it was full");

        await _redis.KillAsync();
        await SayAsync(id, Draft("while it was away"));
        await KeepAsync();
        Assert.Null(await PageAsync(id));
        await _redis.StartAsync();
        await IsKeptAgainAsync(id, "after it was killed");
        Assert.Equal(["after it was emptied", "after it was full", "while it was away", "after it was killed"], Texts((await IsLikeTheStoreAsync(id)).Entries));
    }

    [Fact]
    public async Task An_entry_that_Redis_refuses_is_a_hole_that_the_next_one_does_not_hide()
    {
        var id = await BeginAsync();
        await SayAsync(id, Draft("first"));
        await KeepAsync();
        var stream = Keys(id)[0];
        await _redis.Database.StreamAddAsync(stream, "c", "x", "99-0");
        var refused = await SayAsync(id, Draft("refused"));
        await KeepAsync();
        Assert.Null(await PageAsync(id));
        await RemoveAsync(id, refused.Id);
        await SayAsync(id, Draft("next"));
        await Http.EventuallyAsync(async () =>
        {
            await KeepAsync();
            return !await HasAsync("refused");
        }, "what was there is dropped");
        Assert.DoesNotContain("refused", Texts((await PageAsync(id))?.Entries ?? []));
    }

    [Fact]
    public async Task A_page_that_was_read_before_the_event_was_dropped_does_not_come_back()
    {
        var id = await BeginAsync();
        await SayAsync(id, Draft("secret"));
        await KeepAsync();
        var page = await WholeAsync(id);
        var asked = await TimeAsync();
        await Hot.ForgetAllAsync(default);
        var head = await HeadAsync(id);
        await BeginWithAsync(asked);
        Assert.Null(await PageAsync(id));
        // One that was stuck on its way.
        await _redis.Database.KeyDeleteAsync(Keys(id)[2]);
        await BeginWithAsync(asked - 6_000);
        Assert.Null(await PageAsync(id));
        await BeginWithAsync(await TimeAsync());
        Assert.NotNull(await PageAsync(id));

        Task BeginWithAsync(long at)
        {
            var arguments = new List<RedisValue> { head.Epoch, 100, 100, at, 0, page.Count };
            foreach (var entry in page)
                HotForm.Add(arguments, entry);
            return _redis.Database.ScriptEvaluateAsync(HotScripts.Write, Keys(id), [.. arguments]);
        }

        async Task<long> TimeAsync()
        {
            var time = (RedisResult[])(await _redis.Database.ExecuteAsync("TIME"))!;
            return (long)time[0] * 1000 + (long)time[1] / 1000;
        }
    }

    [Fact]
    public async Task Only_the_newest_entries_are_kept()
    {
        var id = await BeginAsync();
        await KeepAsync();
        var (epoch, seq) = await HeadAsync(id);
        for (var batch = 0; batch < 22; batch++)
        {
            Hot.Placed(id, epoch, [.. Enumerable.Range(0, 500).Select(_ => ++seq).Select(at => new CommentEntry(at, new Comment(CommentId.New(Time), Ann, $"{at}", Now, new Position(epoch, at), null, 0, [], default)))]);
            await KeepAsync();
        }
        Assert.Equal(HotWriter.Entries, await _redis.Database.StreamLengthAsync(Keys(id)[0]));
        Assert.Equal(HotWriter.Entries + 3, await _redis.Database.HashLengthAsync(Keys(id)[1]));
        var head = new Position(epoch, seq);
        Assert.Equal([$"{seq - 1}", $"{seq}"], Texts((await Hot.ReadAsync(id, head, seq - 2, 100, default))!.Entries));
        Assert.Equal(256, (await Hot.ReadAsync(id, head, seq - HotWriter.Entries, 256, default))!.Entries.Count);
        Assert.Null(await Hot.ReadAsync(id, head, seq - HotWriter.Entries - 1, 256, default));
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_answered()
    {
        var id = await BeginAsync();
        await SayAsync(id, Draft("x"));
        await KeepAsync();
        var head = await HeadAsync(id);
        foreach (var hostile in (RedisValue[])["", "nonsense", new byte[300]])
        {
            await _redis.Database.KeyDeleteAsync(Keys(id)[0]);
            for (var seq = 1; seq <= head.Seq; seq++)
                await _redis.Database.StreamAddAsync(Keys(id)[0], [new("c", ""), new("w", ""), new("e", hostile)], $"{seq}-0");
            Assert.Null(await PageAsync(id));
        }
        await _redis.Database.KeyDeleteAsync(Keys(id)[0]);
        await _redis.Database.StringSetAsync(Keys(id)[0], "not a stream");
        Assert.Null(await PageAsync(id));
    }

    [Fact]
    public async Task A_feed_opens_with_what_Redis_has_and_the_counts_that_it_has_not()
    {
        var id = await BeginAsync();
        var comment = await SayAsync(id, Draft("x"));
        await KeepAsync();
        var reads = new HotReads(Hot, Store.Reactions, new FeedMetrics(_host.Services.GetRequiredService<IMeterFactory>()));
        var tally = await ReactAsync(id, comment.Id, Bob.Id, ReactionType.Like);
        var tail = await reads.TailAsync(id, await HeadAsync(id), 1, default);
        Assert.Equal(["x"], Texts(tail!.Value.Entries));
        Assert.Equal(new CommentTally(comment.Id, tally), Assert.Single(tail.Value.Changed));
        // Where many are missing, the store's page has them.
        foreach (var draft in Enumerable.Range(0, 256).Select(i => Draft($"{i}")))
            await ReactAsync(id, (await SayAsync(id, draft)).Id, Bob.Id, ReactionType.Like);
        await KeepAsync();
        Assert.Null(await reads.TailAsync(id, await HeadAsync(id), 1, default));
    }

    /// <summary>Somebody writes, and something more until Redis has it all.</summary>
    private async Task IsKeptAgainAsync(EventId id, string text)
    {
        await SayAsync(id, Draft(text));
        await Http.EventuallyAsync(async () =>
        {
            await KeepAsync();
            if (await PageAsync(id) is not null)
                return true;
            Hot.Placed(id, (await HeadAsync(id)).Epoch, [(await WholeAsync(id))[^1]]);
            return false;
        }, text);
    }
}
