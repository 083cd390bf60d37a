using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IEntryOutlines"/> promises, whatever stores it.</summary>
public abstract class EntryOutlinesSpec : StoreSpec
{
    [Fact]
    public async Task An_outline_says_what_an_entry_is_also_of_a_comment_that_was_removed()
    {
        var id = await LiveAsync();
        var first = await PostAsync(id, Draft("hello 🏆", Ann));
        var reply = await PostAsync(id, Draft("a reply", Bob, first.Id) with { Client = null });
        await RemoveAsync(id, first.Id);
        await PlaceAsync(id, new RestoreDraft(first.Id, Bob.Id));
        await RemoveAsync(id, first.Id);
        await PlaceAsync(id, new PinDraft(reply.Id, Bob.Id));
        var page = (await Store.Outlines.ReadAsync(id, 0, 100, default))!;
        Assert.Equal((await Store.Log.HeadsAsync([id], default))[id].Position, page.Head);
        Assert.Equal(
        [
            new(1, page.Entries[0].Time, EntryKind.Status, default, default, false, 0, null),
            new(2, first.Time, EntryKind.Comment, first.Id, Ann.Id, false, 7, "web"),
            new(3, reply.Time, EntryKind.Comment, reply.Id, Bob.Id, true, 7, null),
            new(4, page.Entries[3].Time, EntryKind.Removal, first.Id, default, false, 0, null),
            new(5, page.Entries[4].Time, EntryKind.Restoration, first.Id, default, false, 0, null),
            new(6, page.Entries[5].Time, EntryKind.Removal, first.Id, default, false, 0, null),
            new(7, page.Entries[6].Time, EntryKind.Pin, reply.Id, default, false, 0, null),
        ], page.Entries);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_end_with_the_log()
    {
        var id = await LiveAsync();
        for (var i = 0; i < 6; i++)
            await PostAsync(id, $"{i}");
        Assert.Equal([3, 4, 5], (await Store.Outlines.ReadAsync(id, 2, 3, default))!.Entries.Select(entry => entry.Seq));
        Assert.Equal([6, 7], (await Store.Outlines.ReadAsync(id, 5, 3, default))!.Entries.Select(entry => entry.Seq));
        Assert.Empty((await Store.Outlines.ReadAsync(id, 7, 3, default))!.Entries);
    }

    [Fact]
    public async Task Without_a_log_there_is_none() => Assert.Null(await Store.Outlines.ReadAsync(EventId.New(TimeProvider.System), 0, 10, default));

    [Fact]
    public async Task Logs_are_apart()
    {
        var (one, other) = (await LiveAsync(), await LiveAsync(EventStatus.Scheduled));
        await PostAsync(one, "x");
        Assert.Equal(2, (await Store.Outlines.ReadAsync(one, 0, 10, default))!.Entries.Count);
        Assert.Single((await Store.Outlines.ReadAsync(other, 0, 10, default))!.Entries);
    }
}
