using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Sqlite;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Events;

/// <summary>The directory on a real catalogue, whose rows another process changes behind its back.</summary>
public sealed class EventDirectoryTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private SqliteDatabase _database = null!;
    private EventsUnderTest _catalog = null!;
    private EventDirectory _directory = null!;
    private LiveEvent _event = null!;

    public async Task InitializeAsync()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("test.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        _catalog = new EventsUnderTest(new SqliteEventCatalog(_database), new SqliteParticipants(_database));
        _directory = new EventDirectory(_catalog, _catalog, _time);
        _event = new LiveEvent(EventId.New(_time), "the-event", "Title", null, "sports", EventStatus.Scheduled, _time.GetUtcNow(), false, null, "UTC",
            EventSettings.Default, UserId.New(_time), _time.GetUtcNow(), _time.GetUtcNow());
        Assert.Null(await _catalog.AddAsync(_event, default));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_event_is_found_by_its_uuid_in_either_case_and_by_its_alias()
    {
        Assert.Equal(_event, await _directory.FindAsync(_event.Id, default));
        Assert.Equal(_event, await _directory.FindAsync(_event.Id.ToString(), default));
        Assert.Equal(_event, await _directory.FindAsync(_event.Id.ToString().ToUpperInvariant(), default));
        Assert.Equal(_event, await _directory.FindAsync("the-event", default));
        foreach (var name in new[] { "The-event", "", " ", "the event", "the-event\n", new string('x', 65), _event.Id.Value.ToString("N"), _event.Id.Value.ToString("B"), EventId.New(_time).ToString() })
            Assert.Null(await _directory.FindAsync(name, default));
    }

    [Fact]
    public async Task What_is_no_name_of_an_event_costs_the_store_nothing()
    {
        await _database.DisposeAsync();
        Assert.Null(await _directory.FindAsync("no alias", default));
        Assert.Null(await _directory.FindAsync(Guid.NewGuid().ToString("N"), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _directory.FindAsync("an-alias", default));
    }

    [Fact]
    public async Task What_another_process_changed_is_seen_a_second_later_under_every_name()
    {
        await FindAllAsync();
        var changed = await ChangeAsync(_event with { Status = EventStatus.Live });
        Assert.All(await FindAllAsync(), found => Assert.Equal(_event, found));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(await FindAllAsync(), found => Assert.Equal(changed, found));
        await _catalog.RemoveAsync(_event.Id, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(await FindAllAsync(), Assert.Null);
    }

    [Fact]
    public async Task While_nothing_changes_any_number_of_events_costs_the_store_one_question_a_second()
    {
        var counting = new Counting(_catalog);
        var directory = new EventDirectory(counting, counting, _time);
        var user = UserId.New(_time);
        var others = Enumerable.Range(0, 20).Select(n => _event with { Id = EventId.New(_time), VideoId = $"event-{n}" }).ToList();
        foreach (var other in others)
            Assert.Null(await _catalog.AddAsync(other, default));
        await FindOthersAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await FindOthersAsync();
        var asked = counting.Asked;
        for (var second = 0; second < 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await FindOthersAsync();
        }
        Assert.Equal(asked + 30, counting.Asked);
        await _catalog.RemoveAsync(others[^1].Id, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await directory.FindAsync(others[^1].Id, default));

        async Task FindOthersAsync()
        {
            foreach (var other in others)
            {
                Assert.Equal(other, await directory.FindAsync(other.Id, default));
                Assert.Equal(other, await directory.FindAsync(other.VideoId!, default));
                Assert.Equal(Role.Viewer, await directory.RoleAsync(other, Caller(user), default));
            }
        }
    }

    [Fact]
    public async Task What_this_process_changed_is_seen_at_once_and_announced()
    {
        var heard = new List<EventId>();
        _directory.Changed += heard.Add;
        await FindAllAsync();
        var changed = await ChangeAsync(_event with { Title = "New" });
        _directory.Forget(changed);
        Assert.Equal([_event.Id], heard);
        Assert.All(await FindAllAsync(), found => Assert.Equal(changed, found));

        var user = UserId.New(_time);
        Assert.Equal(Role.Viewer, await RoleAsync(Caller(user)));
        await _catalog.AdmitAsync(_event.Id, user, Role.Moderator, default);
        Assert.Equal(Role.Viewer, await RoleAsync(Caller(user)));
        _directory.Forget(_event.Id, user);
        Assert.Equal(Role.Moderator, await RoleAsync(Caller(user)));
        Assert.Equal([_event.Id, _event.Id], heard);
    }

    [Theory]
    [InlineData(null, false, null, Role.Viewer)]
    [InlineData(Role.Viewer, false, null, Role.Viewer)]
    [InlineData(Role.Viewer, false, Role.Moderator, Role.Moderator)]
    [InlineData(Role.Moderator, false, Role.Viewer, Role.Moderator)]
    [InlineData(Role.Moderator, true, null, Role.Viewer)]
    [InlineData(Role.Moderator, true, Role.Moderator, Role.Moderator)]
    [InlineData(Role.Administrator, false, Role.Viewer, Role.Administrator)]
    public async Task In_a_public_event_one_has_the_higher_of_token_and_appointment(Role? token, bool moderatesAnother, Role? appointed, Role expected) =>
        Assert.Equal(expected, await RoleAsync(token, moderatesAnother, appointed));

    [Theory]
    [InlineData(null, false, null, null)]
    [InlineData(Role.Viewer, false, null, null)]
    [InlineData(Role.Viewer, false, Role.Viewer, Role.Viewer)]
    [InlineData(Role.Viewer, false, Role.Moderator, Role.Moderator)]
    [InlineData(Role.Moderator, false, null, Role.Moderator)]
    [InlineData(Role.Moderator, true, null, null)]
    [InlineData(Role.Moderator, true, Role.Viewer, Role.Viewer)]
    [InlineData(Role.Administrator, false, null, Role.Administrator)]
    public async Task In_a_private_event_whoever_was_not_admitted_is_nobody(Role? token, bool moderatesAnother, Role? appointed, Role? expected)
    {
        await ChangeAsync(_event with { Settings = new EventSettings { Visibility = Visibility.Private } });
        Assert.Equal(expected, await RoleAsync(token, moderatesAnother, appointed));
    }

    [Fact]
    public async Task In_an_event_that_is_not_there_nobody_has_a_role()
    {
        var nowhere = EventId.New(_time);
        Assert.Null(await _directory.RoleAsync(nowhere, null, default));
        Assert.Null(await _directory.RoleAsync(nowhere, Caller(UserId.New(_time), Role.Administrator), default));
    }

    [Fact]
    public async Task An_appointment_that_another_process_took_back_is_lost_within_ten_seconds()
    {
        var user = UserId.New(_time);
        await _catalog.AdmitAsync(_event.Id, user, Role.Moderator, default);
        Assert.Equal(Role.Moderator, await RoleAsync(Caller(user)));
        await _catalog.DismissAsync(_event.Id, user, default);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(Role.Moderator, await RoleAsync(Caller(user)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Role.Viewer, await RoleAsync(Caller(user)));
    }

    [Fact]
    public async Task Hits_are_synchronous_and_allocate_nothing()
    {
        var caller = Caller(UserId.New(_time));
        var id = _event.Id.ToString();
        await FindAllAsync();
        await RoleAsync(caller);
        bool All() => _directory.FindAsync(_event.Id, default).IsCompletedSuccessfully && _directory.FindAsync(id, default).IsCompletedSuccessfully
            && _directory.FindAsync("the-event", default).IsCompletedSuccessfully && _directory.RoleAsync(_event.Id, caller, default).IsCompletedSuccessfully;
        Assert.True(All());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            All();
        // Less than one byte a round: whatever the runtime allocates beside it now and then is not this.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    private async Task<Role?> RoleAsync(Role? token, bool moderatesAnother, Role? appointed)
    {
        var user = UserId.New(_time);
        if (appointed is { } role)
            await _catalog.AdmitAsync(_event.Id, user, role, default);
        return await RoleAsync(token is { } has ? Caller(user, has, moderatesAnother ? EventId.New(_time) : null) : null);
    }

    private ValueTask<Role?> RoleAsync(Caller? caller) => _directory.RoleAsync(_event.Id, caller, default);

    private Caller Caller(UserId user, Role role = Role.Viewer, EventId? moderatorOf = null) => new(user, null, role, moderatorOf, null, _time.GetUtcNow().AddHours(1));

    private async Task<LiveEvent> ChangeAsync(LiveEvent changed)
    {
        var was = await _catalog.FindAsync(_event.Id, default);
        changed = changed with { UpdatedAt = was!.UpdatedAt.AddMilliseconds(1) };
        Assert.True(await _catalog.UpdateAsync(changed, was, default));
        return changed;
    }

    private async Task<LiveEvent?[]> FindAllAsync() =>
        [await _directory.FindAsync(_event.Id, default), await _directory.FindAsync(_event.Id.ToString(), default), await _directory.FindAsync("the-event", default)];

    private sealed class Counting(IEventsUnderTest inner) : BrokenEventCatalogs.Double(inner)
    {
        public int Asked { get; private set; }

        public override ValueTask<long> VersionAsync(CancellationToken ct)
        {
            Asked++;
            return Inner.VersionAsync(ct);
        }

        public override ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct)
        {
            Asked++;
            return Inner.FindAsync(id, ct);
        }

        public override ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct)
        {
            Asked++;
            return Inner.FindByVideoIdAsync(videoId, ct);
        }

        public override ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct)
        {
            Asked++;
            return Inner.FindRoleAsync(id, userId, ct);
        }
    }
}
