using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What every event catalogue promises: inherited by each implementation with a factory.</summary>
public abstract class EventCatalogSpec : IAsyncLifetime
{
    /// <summary>The start of the first event of a test; times in stores are whole milliseconds.</summary>
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 20, 0, 0, 125, TimeSpan.Zero);

    private int _made;

    protected IEventsUnderTest Catalog { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Catalog = await CreateAsync();

    public abstract Task DisposeAsync();

    protected abstract ValueTask<IEventsUnderTest> CreateAsync();

    [Fact]
    public async Task An_event_is_found_as_it_was_stored_by_id_and_by_alias()
    {
        var full = Event() with
        {
            VideoId = "alias_1-A",
            Description = "Line one\nLine two 🏆",
            StartsItself = true,
            EndTime = Start.AddHours(2),
            StartedAt = Start.AddMinutes(-3),
            EndedAt = Start.AddHours(1),
            Timezone = "Europe/Berlin",
            Settings = new EventSettings { Visibility = Visibility.Private, ReactionTypes = [ReactionType.Wow], SlowModeSeconds = 5, MaxParticipants = 9, OpenBeforeStartMinutes = 3, VideoUrl = "https://video.example/", Keep = true, Links = CommentLinks.Everybody, EmbedOrigins = ["https://a.example", "http://b.example:81"] },
            ModerationLevel = ModerationLevel.Relaxed,
            AnalyticsConfig = """{"sink":{"é🏆":[1.50,null]}}""",
        };
        var bare = Event();
        Assert.Null(await Catalog.AddAsync(full, default));
        Assert.Null(await Catalog.AddAsync(bare, default));
        Assert.Equal(full, await Catalog.FindAsync(full.Id, default));
        Assert.Equal(full, await Catalog.FindByVideoIdAsync("alias_1-A", default));
        Assert.Equal(bare, await Catalog.FindAsync(bare.Id, default));
        Assert.Null(await Catalog.FindByVideoIdAsync("alias_1-a", default));
        Assert.Null(await Catalog.FindAsync(new EventId(Guid.NewGuid()), default));
    }

    [Fact]
    public async Task The_version_is_a_new_one_after_whatever_changes_what_others_remember()
    {
        var user = new UserId(Guid.NewGuid());
        var seen = new HashSet<long> { await Catalog.VersionAsync(default) };
        var was = Event();
        await ChangesAsync(async () => await Catalog.AddAsync(was, default) is null);
        await ChangesAsync(async () => await Catalog.UpdateAsync(Later(was), was, default));
        await ChangesAsync(async () => await Catalog.AdmitAsync(was.Id, user, Role.Viewer, default));
        await ChangesAsync(async () => await Catalog.AdmitAsync(was.Id, user, Role.Moderator, default));
        await ChangesAsync(async () => await Catalog.DismissAsync(was.Id, user, default));
        await ChangesAsync(async () => await Catalog.RemoveAsync(was.Id, default));
        Assert.Contains(await Catalog.VersionAsync(default), seen);

        async Task ChangesAsync(Func<Task<bool>> change)
        {
            Assert.True(await change());
            Assert.True(seen.Add(await Catalog.VersionAsync(default)));
        }
    }

    [Fact]
    public async Task An_alias_belongs_to_one_event_and_many_may_have_none()
    {
        var first = await AddAsync(Event() with { VideoId = "one" });
        Assert.Equal(Error.VideoIdTaken, await Catalog.AddAsync(Event() with { VideoId = "one" }, default));
        Assert.Null(await Catalog.AddAsync(Event() with { VideoId = "ONE" }, default));
        await AddAsync(Event());
        await AddAsync(Event());
        Assert.Equal(first, await Catalog.FindByVideoIdAsync("one", default));
        Assert.Equal(4, (await Catalog.ListAsync(All, default)).Count);
    }

    [Fact]
    public async Task A_change_replaces_every_column_but_the_alias()
    {
        var was = await AddAsync(Event() with { VideoId = "fixed" });
        var now = Later(was) with
        {
            Title = "Other",
            Description = "New",
            EventType = "news",
            Status = EventStatus.Live,
            StartTime = Start.AddDays(1),
            StartsItself = true,
            EndTime = Start.AddDays(2),
            StartedAt = Start.AddHours(3),
            EndedAt = Start.AddHours(4),
            Timezone = "Asia/Tokyo",
            Settings = new EventSettings { Visibility = Visibility.Private, SlowModeSeconds = 9 },
            ModerationLevel = ModerationLevel.Strict,
            AnalyticsConfig = """{"sample":0.1}""",
        };
        Assert.True(await Catalog.UpdateAsync(now, was, default));
        Assert.Equal(now, await Catalog.FindAsync(was.Id, default));
        Assert.Equal(now, await Catalog.FindByVideoIdAsync("fixed", default));
    }

    [Fact]
    public async Task Of_two_changes_of_the_same_row_the_second_is_refused()
    {
        var was = await AddAsync(Event());
        var first = Later(was) with { Title = "First" };
        Assert.True(await Catalog.UpdateAsync(first, was, default));
        Assert.False(await Catalog.UpdateAsync(Later(first) with { Title = "Second" }, was, default));
        Assert.Equal(first, await Catalog.FindAsync(was.Id, default));
        var gone = Event();
        Assert.False(await Catalog.UpdateAsync(Later(gone), gone, default));
        Assert.Null(await Catalog.FindAsync(gone.Id, default));
    }

    [Fact]
    public async Task A_change_stays_unannounced_until_that_very_change_is_announced()
    {
        var was = await AddAsync(Event());
        Assert.Empty(await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 10, default));
        var first = Later(was) with { Title = "First" };
        await Catalog.UpdateAsync(first, was, default);
        Assert.Equal([first], await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 10, default));
        var second = Later(first) with { Title = "Second" };
        await Catalog.UpdateAsync(second, first, default);
        Assert.False(await Catalog.AnnouncedAsync(first, default));
        Assert.Equal([second], await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 10, default));
        Assert.True(await Catalog.AnnouncedAsync(second, default));
        Assert.True(await Catalog.AnnouncedAsync(second, default));
        Assert.Empty(await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 10, default));
        Assert.Equal(second, await Catalog.FindAsync(was.Id, default));
        Assert.False(await Catalog.AnnouncedAsync(Event(), default));
    }

    [Fact]
    public async Task Unannounced_changes_come_oldest_first_and_not_before_their_time()
    {
        var changed = new List<LiveEvent>();
        foreach (var minutes in new[] { 3, 1, 2 })
        {
            var was = await AddAsync(Event());
            changed.Add(was with { UpdatedAt = Start.AddMinutes(minutes) });
            await Catalog.UpdateAsync(changed[^1], was, default);
        }
        Assert.Equal([changed[1], changed[2], changed[0]], await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 10, default));
        Assert.Equal([changed[1], changed[2]], await Catalog.UnannouncedAsync(Start.AddMinutes(3), 10, default));
        Assert.Equal([changed[1]], await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 1, default));
    }

    [Fact]
    public async Task A_removed_event_is_nowhere_but_among_the_removed_until_it_is_purged()
    {
        var user = new UserId(Guid.NewGuid());
        var was = await AddAsync(Event() with { VideoId = "free", StartsItself = true });
        var now = Later(was) with { Title = "Unannounced" };
        await Catalog.UpdateAsync(now, was, default);
        await Catalog.AdmitAsync(was.Id, user, Role.Moderator, default);
        Assert.Empty(await Catalog.RemovedAsync(10, default));

        Assert.True(await Catalog.RemoveAsync(was.Id, default));
        Assert.False(await Catalog.RemoveAsync(was.Id, default));
        Assert.Null(await Catalog.FindAsync(was.Id, default));
        Assert.Null(await Catalog.FindByVideoIdAsync("free", default));
        Assert.Empty(await Catalog.ListAsync(All, default));
        Assert.Empty(await Catalog.DueAsync(DateTimeOffset.MaxValue, 10, default));
        Assert.Empty(await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 10, default));
        Assert.False(await Catalog.UpdateAsync(Later(now), now, default));
        Assert.False(await Catalog.AnnouncedAsync(now, default));
        Assert.Null(await Catalog.FindRoleAsync(was.Id, user, default));
        Assert.False(await Catalog.AdmitAsync(was.Id, user, Role.Viewer, default));
        Assert.Null(await Catalog.AddAsync(Event() with { VideoId = "free" }, default));

        Assert.Equal([was.Id], await Catalog.RemovedAsync(10, default));
        await Catalog.PurgeAsync(was.Id, default);
        Assert.Empty(await Catalog.RemovedAsync(10, default));
        await Catalog.PurgeAsync(was.Id, default);
    }

    [Fact]
    public async Task Purging_leaves_an_event_alone_that_is_not_removed()
    {
        var kept = await AddAsync(Event());
        await Catalog.PurgeAsync(kept.Id, default);
        Assert.Equal(kept, await Catalog.FindAsync(kept.Id, default));
    }

    [Fact]
    public async Task Pages_of_any_size_list_every_event_once_latest_start_first()
    {
        var added = new List<LiveEvent>();
        for (var i = 0; i < 12; i++)
            // Three events start at each time, in an order of ids that is not that of their storing.
            added.Add(await AddAsync(Event() with { Id = new EventId(Guid.NewGuid()), StartTime = Start.AddHours(i % 4) }));
        var expected = added.OrderByDescending(e => e.StartTime).ThenByDescending(e => e.Id.ToString(), StringComparer.Ordinal).ToList();
        Assert.Equal(expected, await Catalog.ListAsync(All, default));
        foreach (var size in new[] { 1, 2, 5, 12 })
        {
            var listed = new List<LiveEvent>();
            while (await Catalog.ListAsync(All with { Limit = size, After = listed.LastOrDefault()?.Id }, default) is { Count: > 0 } page)
            {
                Assert.InRange(page.Count, 1, size);
                listed.AddRange(page);
            }
            Assert.Equal(expected, listed);
        }
        Assert.Empty(await Catalog.ListAsync(All with { After = new EventId(Guid.NewGuid()) }, default));
    }

    [Fact]
    public async Task A_list_may_be_of_one_status_and_one_type()
    {
        var liveNews = await AddAsync(Event() with { Status = EventStatus.Live, EventType = "news" });
        var liveSports = await AddAsync(Event() with { Status = EventStatus.Live, StartTime = Start.AddHours(-1) });
        var endedNews = await AddAsync(Event() with { Status = EventStatus.Ended, EventType = "news", StartTime = Start.AddHours(-2) });
        Assert.Equal([liveNews, liveSports], await Catalog.ListAsync(All with { Status = EventStatus.Live }, default));
        Assert.Equal([liveNews, endedNews], await Catalog.ListAsync(All with { EventType = "news" }, default));
        Assert.Equal([endedNews], await Catalog.ListAsync(All with { Status = EventStatus.Ended, EventType = "news" }, default));
        Assert.Equal([liveSports], await Catalog.ListAsync(All with { Status = EventStatus.Live, After = liveNews.Id }, default));
        Assert.Equal([endedNews], await Catalog.ListAsync(All with { EventType = "news", After = liveSports.Id }, default));
        Assert.Empty(await Catalog.ListAsync(All with { Status = EventStatus.Scheduled }, default));
        Assert.Empty(await Catalog.ListAsync(All with { EventType = "News" }, default));
    }

    [Fact]
    public async Task Private_events_are_listed_to_those_who_were_admitted()
    {
        UserId guest = new(Guid.NewGuid()), stranger = new(Guid.NewGuid());
        var open = await AddAsync(Event());
        var closed = await AddAsync(Event() with { StartTime = Start.AddHours(-1), Settings = new EventSettings { Visibility = Visibility.Private } });
        var becomesPrivate = await AddAsync(Event() with { StartTime = Start.AddHours(-2) });
        var later = Later(becomesPrivate) with { Settings = new EventSettings { Visibility = Visibility.Private } };
        await Catalog.UpdateAsync(later, becomesPrivate, default);
        await Catalog.AdmitAsync(closed.Id, guest, Role.Viewer, default);
        Assert.Equal([open, closed, later], await Catalog.ListAsync(All, default));
        Assert.Equal([open], await Catalog.ListAsync(All with { Private = false }, default));
        Assert.Equal([open, closed], await Catalog.ListAsync(All with { Private = false, Participant = guest }, default));
        Assert.Equal([open], await Catalog.ListAsync(All with { Private = false, Participant = stranger }, default));
    }

    [Fact]
    public async Task Due_are_scheduled_events_that_start_by_themselves_from_their_start_on_earliest_first()
    {
        var later = await AddAsync(Event() with { StartsItself = true, StartTime = Start.AddMilliseconds(1) });
        var due = await AddAsync(Event() with { StartsItself = true });
        await AddAsync(Event());
        await AddAsync(Event() with { StartsItself = true, Status = EventStatus.Live });
        await AddAsync(Event() with { StartsItself = true, Status = EventStatus.Ended });
        Assert.Empty(await Catalog.DueAsync(Start.AddMilliseconds(-1), 10, default));
        Assert.Equal([due], await Catalog.DueAsync(Start, 10, default));
        Assert.Equal([due, later], await Catalog.DueAsync(Start.AddDays(1), 10, default));
        Assert.Equal([due], await Catalog.DueAsync(Start.AddDays(1), 1, default));
        await Catalog.UpdateAsync(Later(due) with { Status = EventStatus.Live }, due, default);
        Assert.Equal([later], await Catalog.DueAsync(Start.AddDays(1), 10, default));
    }

    [Fact]
    public async Task Participants_have_one_role_in_each_event()
    {
        UserId one = new(Guid.NewGuid()), other = new(Guid.NewGuid());
        var here = await AddAsync(Event());
        var there = await AddAsync(Event());
        Assert.Null(await Catalog.FindRoleAsync(here.Id, one, default));
        Assert.True(await Catalog.AdmitAsync(here.Id, one, Role.Viewer, default));
        Assert.True(await Catalog.AdmitAsync(here.Id, other, Role.Moderator, default));
        Assert.Equal(Role.Viewer, await Catalog.FindRoleAsync(here.Id, one, default));
        Assert.True(await Catalog.AdmitAsync(here.Id, one, Role.Moderator, default));
        Assert.Equal(Role.Moderator, await Catalog.FindRoleAsync(here.Id, one, default));
        Assert.Null(await Catalog.FindRoleAsync(there.Id, one, default));
        Assert.False(await Catalog.DismissAsync(there.Id, one, default));
        Assert.True(await Catalog.DismissAsync(here.Id, one, default));
        Assert.False(await Catalog.DismissAsync(here.Id, one, default));
        Assert.Null(await Catalog.FindRoleAsync(here.Id, one, default));
        Assert.Equal(Role.Moderator, await Catalog.FindRoleAsync(here.Id, other, default));
        Assert.False(await Catalog.AdmitAsync(new EventId(Guid.NewGuid()), one, Role.Viewer, default));
    }

    [Fact]
    public async Task Participants_are_listed_moderators_first_page_by_page()
    {
        var here = await AddAsync(Event());
        var there = await AddAsync(Event());
        var people = Enumerable.Range(1, 5).Select(n => new UserId(new Guid($"00000000-0000-7000-8000-00000000000{n}"))).ToList();
        foreach (var viewer in people)
            await Catalog.AdmitAsync(here.Id, viewer, Role.Viewer, default);
        await Catalog.AdmitAsync(here.Id, people[1], Role.Moderator, default);
        await Catalog.AdmitAsync(here.Id, people[3], Role.Moderator, default);
        await Catalog.AdmitAsync(there.Id, people[0], Role.Moderator, default);
        Participant[] all = [new(people[3], Role.Moderator, null), new(people[1], Role.Moderator, null), new(people[4], Role.Viewer, null), new(people[2], Role.Viewer, null), new(people[0], Role.Viewer, null)];
        Assert.Equal(all, await Catalog.ListAdmittedAsync(here.Id, null, 10, default));
        var paged = new List<Participant>();
        while (await Catalog.ListAdmittedAsync(here.Id, paged.LastOrDefault()?.UserId, 2, default) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 2);
            paged.AddRange(page);
        }
        Assert.Equal(all, paged);
        Assert.Empty(await Catalog.ListAdmittedAsync(here.Id, new UserId(Guid.NewGuid()), 10, default));
        await Catalog.DismissAsync(here.Id, people[3], default);
        Assert.Equal(all[1..], await Catalog.ListAdmittedAsync(here.Id, null, 10, default));
        await Catalog.RemoveAsync(here.Id, default);
        Assert.Empty(await Catalog.ListAdmittedAsync(here.Id, null, 10, default));
    }

    [Fact]
    public async Task Who_joined_is_recorded_once_and_keeps_their_first_time()
    {
        UserId one = new(Guid.NewGuid()), other = new(Guid.NewGuid());
        var here = await AddAsync(Event());
        var there = await AddAsync(Event());
        await Catalog.JoinAsync([new(here.Id, one, Start), new(there.Id, other, Start), new(new EventId(Guid.NewGuid()), one, Start), new(here.Id, one, Start.AddHours(1))], default);
        await Catalog.JoinAsync([new(here.Id, one, Start.AddHours(2)), new(here.Id, one, Start.AddHours(-2))], default);
        await Catalog.JoinAsync([], default);
        Assert.Equal([new Participant(one, null, Start)], await Catalog.ListJoinedAsync(here.Id, null, 10, default));
        Assert.Equal([new Participant(other, null, Start)], await Catalog.ListJoinedAsync(there.Id, null, 10, default));
    }

    [Fact]
    public async Task Having_joined_admits_nobody_and_being_admitted_is_not_having_joined()
    {
        UserId guest = new(Guid.NewGuid()), moderator = new(Guid.NewGuid());
        var was = await AddAsync(Event());
        await Catalog.JoinAsync([new(was.Id, guest, Start)], default);
        Assert.Null(await Catalog.FindRoleAsync(was.Id, guest, default));
        Assert.False(await Catalog.DismissAsync(was.Id, guest, default));
        Assert.Empty(await Catalog.ListAdmittedAsync(was.Id, null, 10, default));
        var now = Later(was) with { Settings = new EventSettings { Visibility = Visibility.Private } };
        await Catalog.UpdateAsync(now, was, default);
        Assert.Empty(await Catalog.ListAsync(All with { Private = false, Participant = guest }, default));

        await Catalog.AdmitAsync(now.Id, moderator, Role.Moderator, default);
        Assert.Equal([new Participant(moderator, Role.Moderator, null)], await Catalog.ListAdmittedAsync(now.Id, null, 10, default));
        Assert.Equal([new Participant(guest, null, Start)], await Catalog.ListJoinedAsync(now.Id, null, 10, default));
        Assert.Empty(await Catalog.ListAdmittedAsync(now.Id, guest, 10, default));
    }

    [Fact]
    public async Task Joining_and_being_admitted_leave_each_other_alone()
    {
        UserId first = new(Guid.NewGuid()), second = new(Guid.NewGuid());
        var here = await AddAsync(Event());
        await Catalog.JoinAsync([new(here.Id, first, Start)], default);
        await Catalog.AdmitAsync(here.Id, first, Role.Moderator, default);
        await Catalog.AdmitAsync(here.Id, second, Role.Viewer, default);
        await Catalog.JoinAsync([new(here.Id, second, Start.AddHours(1))], default);
        Participant[] both = [new(first, Role.Moderator, Start), new(second, Role.Viewer, Start.AddHours(1))];
        Assert.Equal(both, await Catalog.ListAdmittedAsync(here.Id, null, 10, default));
        Assert.Equal(Role.Moderator, await Catalog.FindRoleAsync(here.Id, first, default));

        Assert.True(await Catalog.DismissAsync(here.Id, first, default));
        Assert.False(await Catalog.DismissAsync(here.Id, first, default));
        Assert.Null(await Catalog.FindRoleAsync(here.Id, first, default));
        Assert.Equal(both[1..], await Catalog.ListAdmittedAsync(here.Id, null, 10, default));
        await Catalog.JoinAsync([new(here.Id, first, Start.AddHours(2))], default);
        Assert.Equal([both[0] with { Role = null }, both[1]], (await Catalog.ListJoinedAsync(here.Id, null, 10, default)).OrderBy(one => one.JoinedAt));
    }

    [Fact]
    public async Task Everybody_who_joined_is_listed_once_page_by_page_and_gone_with_the_event()
    {
        var here = await AddAsync(Event());
        var kept = await AddAsync(Event());
        // More than one step of a store that deletes in steps.
        var people = Enumerable.Range(0, 1_203).Select(_ => new UserId(Guid.NewGuid())).OrderByDescending(user => user.ToString(), StringComparer.Ordinal).ToList();
        await Catalog.JoinAsync([.. people.Order(Comparer<UserId>.Create((a, b) => a.Value.CompareTo(b.Value))).Select(user => new Join(here.Id, user, Start))], default);
        await Catalog.JoinAsync([new(kept.Id, people[0], Start)], default);
        await Catalog.AdmitAsync(here.Id, people[^1], Role.Moderator, default);
        foreach (var size in new[] { 100, 401, 2_000 })
        {
            var listed = new List<Participant>();
            while (await Catalog.ListJoinedAsync(here.Id, listed.LastOrDefault()?.UserId, size, default) is { Count: > 0 } page)
            {
                Assert.InRange(page.Count, 1, size);
                listed.AddRange(page);
            }
            Assert.Equal(people, listed.Select(one => one.UserId));
        }

        await Catalog.PurgeAsync(here.Id, default);
        Assert.Single(await Catalog.ListJoinedAsync(here.Id, null, 1, default));
        await Catalog.RemoveAsync(here.Id, default);
        Assert.Empty(await Catalog.ListJoinedAsync(here.Id, null, 10, default));
        await Catalog.JoinAsync([new(here.Id, new UserId(Guid.NewGuid()), Start)], default);
        await Catalog.PurgeAsync(here.Id, default);
        Assert.Empty(await Catalog.ListJoinedAsync(here.Id, null, 10, default));
        Assert.Equal([new Participant(people[0], null, Start)], await Catalog.ListJoinedAsync(kept.Id, null, 10, default));
    }

    private static EventListing All => new(null, null, null, true, null, 100);

    private static LiveEvent Later(LiveEvent was) => was with { UpdatedAt = was.UpdatedAt.AddMilliseconds(1) };

    private async Task<LiveEvent> AddAsync(LiveEvent liveEvent)
    {
        Assert.Null(await Catalog.AddAsync(liveEvent, default));
        return liveEvent;
    }

    private LiveEvent Event() => new(new EventId(Guid.NewGuid()), null, $"Event {++_made}", null, "sports", EventStatus.Scheduled, Start, false, null, "UTC",
        EventSettings.Default, new UserId(Guid.NewGuid()), Start.AddDays(-1), Start.AddDays(-1));
}
