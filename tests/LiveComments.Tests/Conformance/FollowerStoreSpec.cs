using LiveComments.Events;
using LiveComments.Followers;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IFollowerStore"/> promises, whatever stores it.</summary>
public abstract class FollowerStoreSpec : StoreSpec
{
    private const string Me = "kafka:comments", Somebody = "other";

    [Fact]
    public async Task An_event_is_behind_until_its_end_is_kept_and_again_with_its_next_entry()
    {
        var id = await LiveAsync();
        var first = Assert.Single(await BehindAsync());
        Assert.Equal(new FollowedEvent(id, null, await HeadAsync(id)), first);
        var position = new FollowerPosition(await HeadAsync(id), 0);
        await Store.Followers.KeepAsync(Me, id, position, default);
        Assert.Empty(await BehindAsync());
        await PostAsync(id, "next");
        Assert.Equal(new FollowedEvent(id, position, await HeadAsync(id)), Assert.Single(await BehindAsync()));
        await Store.ReopenAsync();
        await Store.Followers.KeepAsync(Me, id, new FollowerPosition(await HeadAsync(id), 0), default);
        Assert.Empty(await BehindAsync());
    }

    [Fact]
    public async Task A_changed_tally_is_something_new()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        await Store.Followers.KeepAsync(Me, id, new FollowerPosition(await HeadAsync(id), 0), default);
        var tally = await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        Assert.Equal(id, Assert.Single(await BehindAsync()).Id);
        await Store.Followers.KeepAsync(Me, id, new FollowerPosition(await HeadAsync(id), tally.Version), default);
        Assert.Empty(await BehindAsync());
        await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Like);
        Assert.Empty(await BehindAsync());
        await ReactAsync(id, comment.Id, Ann.Id, null);
        Assert.Equal(id, Assert.Single(await BehindAsync()).Id);
    }

    [Fact]
    public async Task Followers_do_not_know_of_each_other()
    {
        var id = await LiveAsync();
        await Store.Followers.KeepAsync(Me, id, new FollowerPosition(await HeadAsync(id), 0), default);
        Assert.Equal(id, Assert.Single(await Store.Followers.BehindAsync(Somebody, null, 10, default)).Id);
        await Store.Followers.KeepAsync(Somebody, id, new FollowerPosition(await HeadAsync(id), 0), default);
        await Store.Followers.ForgetAsync(Somebody, id, default);
        Assert.Null(Assert.Single(await Store.Followers.BehindAsync(Somebody, null, 10, default)).Reached);
        Assert.Empty(await BehindAsync());
    }

    [Fact]
    public async Task A_log_that_is_gone_is_behind_until_it_is_forgotten()
    {
        var id = await LiveAsync();
        var position = new FollowerPosition(await HeadAsync(id), 7);
        await Store.Followers.KeepAsync(Me, id, position, default);
        while (!await Store.Log.DeleteAsync(id, default))
        {
        }
        Assert.Equal(new FollowedEvent(id, position, null), Assert.Single(await BehindAsync()));
        await Store.Followers.ForgetAsync(Me, id, default);
        Assert.Empty(await BehindAsync());
    }

    [Fact]
    public async Task A_log_of_another_epoch_is_behind_however_far_the_follower_had_come()
    {
        var id = await LiveAsync();
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        var position = new FollowerPosition(await HeadAsync(id), 7);
        await Store.Followers.KeepAsync(Me, id, position, default);
        Assert.True(await Store.Retention.ExpireAsync(id, Now.AddDays(1), default));
        var behind = Assert.Single(await BehindAsync());
        Assert.Equal(position, behind.Reached);
        Assert.Equal(0, behind.Head!.Value.Seq);
        Assert.NotEqual(position.Log.Epoch, behind.Head.Value.Epoch);
        await Store.Followers.KeepAsync(Me, id, new FollowerPosition(behind.Head.Value, 0), default);
        Assert.Empty(await BehindAsync());
    }

    [Fact]
    public async Task Events_come_by_id_and_in_pages_that_leave_none_out()
    {
        var ids = new List<EventId>();
        for (var i = 0; i < 7; i++)
            ids.Add(await LiveAsync());
        await Store.Followers.KeepAsync(Me, ids[1], new FollowerPosition(await HeadAsync(ids[1]), 0), default);
        await Store.Followers.KeepAsync(Me, ids[4], new FollowerPosition(await HeadAsync(ids[4]), 0), default);
        while (!await Store.Log.DeleteAsync(ids[4], default))
        {
        }
        var paged = new List<EventId>();
        while (await Store.Followers.BehindAsync(Me, paged.Count == 0 ? null : paged[^1], 2, default) is { Count: > 0 } page)
            paged.AddRange(page.Select(one => one.Id));
        Assert.Equal(ids.Where(id => id != ids[1]).OrderBy(id => id.ToString(), StringComparer.Ordinal), paged);
        var first = Assert.Single(await Store.Followers.PositionsAsync(Me, null, 1, default));
        var second = Assert.Single(await Store.Followers.PositionsAsync(Me, first.Key, 2, default));
        Assert.Equal(new[] { ids[1], ids[4] }.OrderBy(id => id.ToString(), StringComparer.Ordinal), [first.Key, second.Key]);
        Assert.Equal(first.Value, await Store.Followers.FindAsync(Me, first.Key, default));
        Assert.Empty(await Store.Followers.PositionsAsync(Somebody, null, 10, default));
    }

    [Fact]
    public async Task What_belongs_to_no_event_has_a_position_and_is_never_behind()
    {
        Assert.Null(await Store.Followers.FindAsync(Me, default, default));
        var position = new FollowerPosition(new Position(0, 12), 0);
        await Store.Followers.KeepAsync(Me, default, position, default);
        await Store.ReopenAsync();
        Assert.Equal(position, await Store.Followers.FindAsync(Me, default, default));
        Assert.Null(await Store.Followers.FindAsync(Somebody, default, default));
        Assert.Empty(await BehindAsync());
    }

    private ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync() => Store.Followers.BehindAsync(Me, null, 10, default);

    private async Task<Position> HeadAsync(EventId id) => (await Store.Log.HeadsAsync([id], default))[id].Position;
}
