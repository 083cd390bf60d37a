using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Sqlite;

namespace LiveComments.Tests.Sqlite;

/// <summary>What the seam cannot show: the rows themselves.</summary>
public sealed class SqliteParticipantsTests
{
    [Fact]
    public async Task The_rows_of_participants_go_with_the_event_that_they_belong_to()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        var catalog = new SqliteEventCatalog(store.Database);
        var participants = new SqliteParticipants(store.Database);
        var (gone, kept) = (Event(), Event());
        foreach (var one in new[] { gone, kept })
        {
            Assert.Null(await catalog.AddAsync(one, default));
            await participants.JoinAsync([.. Enumerable.Range(0, 1_203).Select(_ => new Join(one.Id, new UserId(Guid.NewGuid()), one.StartTime))], default);
            Assert.True(await participants.AdmitAsync(one.Id, new UserId(Guid.NewGuid()), Role.Moderator, default));
        }
        await catalog.PurgeAsync(gone.Id, default);
        Assert.Equal(1_204, await CountAsync(gone));
        Assert.True(await catalog.RemoveAsync(gone.Id, default));
        await catalog.PurgeAsync(gone.Id, default);
        Assert.Equal(0, await CountAsync(gone));
        Assert.Equal(1_204, await CountAsync(kept));

        Task<long> CountAsync(LiveEvent of) => store.Database.ReadAsync(connection =>
            connection.Scalar<long>("SELECT COUNT(*) FROM event_participants WHERE event_id = $1", of.Id.Value.Blob()), default);
    }

    private static LiveEvent Event()
    {
        var now = DateTimeOffset.UnixEpoch;
        return new(new EventId(Guid.NewGuid()), null, "Title", null, "sports", EventStatus.Live, now, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), now, now);
    }
}
