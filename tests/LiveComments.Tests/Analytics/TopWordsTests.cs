using LiveComments.Analytics;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Analytics;

public sealed class TopWordsTests : StoreSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

    [Fact]
    public async Task Words_and_emoji_of_several_comments_are_found_most_first()
    {
        var id = await LiveAsync();
        foreach (var text in new[] { "GOAL! goal goal", "What a goal ⚽⚽", "Tor! goal. ⚽", "tor 🏆", "tor", "once", "⚽ twice", "twice" })
            await PostAsync(id, text);
        var found = await FindAsync(id);
        Assert.Equal([new("goal", 3), new("tor", 3)], found.Words);
        Assert.Equal([new("⚽", 3)], found.Emoji);
        Assert.Equal(8, found.Comments);
    }

    [Fact]
    public async Task People_links_numbers_and_the_words_of_every_text_are_not_found()
    {
        var id = await LiveAsync();
        for (var i = 0; i < 4; i++)
            await PostAsync(id, "@annabel https://example.org/goal www.example.org 0123456789 that and the x");
        var found = await FindAsync(id);
        Assert.Empty(found.Words);
        Assert.Empty(found.Emoji);
    }

    [Fact]
    public async Task A_word_is_gone_with_the_comments_that_had_it()
    {
        var id = await LiveAsync();
        var comments = new List<LiveComments.Comments.Comment>();
        for (var i = 0; i < 3; i++)
            comments.Add(await PostAsync(id, "unwanted"));
        Assert.Equal("unwanted", Assert.Single((await FindAsync(id)).Words).Key);
        await RemoveAsync(id, comments[0].Id);
        Assert.Empty((await FindAsync(id)).Words);
    }

    [Fact]
    public async Task Of_a_long_event_a_sample_of_its_whole_length_is_looked_at()
    {
        var id = await LiveAsync();
        foreach (var some in Enumerable.Range(0, 6_000).Chunk(500))
            await Store.Log.AppendAsync(id, [.. some.Select(i => Draft(i < 3_000 ? "early" : "late"))], default);
        var found = await FindAsync(id);
        Assert.Equal(2_000, found.Comments);
        Assert.All(found.Words, word => Assert.InRange(word.Value, 900, 1_100));
        Assert.Equal(["early", "late"], found.Words.Select(word => word.Key).Order());
    }

    [Fact]
    public async Task An_event_without_a_log_has_no_words() => Assert.Equal(FoundWords.None, await FindAsync(EventId.New(TimeProvider.System)));

    /// <summary>Anew each time: an answer is remembered for a second.</summary>
    private async Task<FoundWords> FindAsync(EventId id) => await new TopWords(Store.Log, Store.Comments, Time).FindAsync(id, 10, default);
}
