using System.Globalization;
using LiveComments.Analytics;
using LiveComments.Followers;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.ClickHouse;

[Collection(ClickHouseCollection.Name), RequiresClickHouse]
public sealed class ClickHouseAnalyticsStoreTests(ClickHouseServer server) : AnalyticsStoreSpec
{
    private readonly EventId _event = EventId.New(TimeProvider.System);

    private ClickHouseStore ClickHouse => (ClickHouseStore)Store;

    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new ClickHouseStore(server, time));

    [Fact]
    public async Task Entries_that_are_read_again_because_their_position_was_lost_count_once()
    {
        var (first, second) = (new FollowerPosition(new Position(7, 10), 0), new FollowerPosition(new Position(7, 15), 0));
        Assert.True(await Analytics.AddAsync(Read(null, first, 1), default));
        await Store.Followers.ForgetAsync(Analytics.Follower, _event, default);
        Assert.True(await Analytics.AddAsync(Read(null, second, 1), default));
        var totals = await TotalsAsync();
        Assert.Equal((15, 1, 15 * 4), (totals.Placed, totals.UniqueAuthors, totals[Measures.Characters]));
        Assert.Equal([new("web", 15)], totals.Measures.Parts(Measures.Platform));
        Assert.Equal(15, (await Analytics.SeriesAsync(_event, AnalyticsStep.Second, Now.AddHours(-1), Now.AddHours(1), default)).Sum(value => value.Value));
        // The rows themselves come together when parts are merged.
        Assert.Equal("15", await ClickHouse.AskAsync("SELECT count() FROM comment_events FINAL"));
        // A log that begins anew has the same seqs, and other entries.
        Assert.True(await Analytics.AddAsync(Read(second, new FollowerPosition(new Position(8, 3), 0), 1), default));
        Assert.Equal(18, (await TotalsAsync()).Placed);
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_counts_once_and_one_that_was_refused_is_added_later()
    {
        var batch = new AnalyticsBatch(Guid.NewGuid(), [new AnalyticsRow(_event, Now, AnalyticsAction.Refused) { Reason = "busy", Count = 3 }, new AnalyticsRow(_event, Now, AnalyticsAction.Refused) { Reason = "busy" }], []);
        Assert.Empty(await Analytics.TotalsAsync([_event], default));
        await server.RefuseAsync(about: "comment_events_in", done: true);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Analytics.AddAsync(batch, default).AsTask());
        Assert.Contains("refuses", ClickHouse.Fault);
        await server.BeWellAsync();
        Assert.Equal(4, (await TotalsAsync())[Measures.Refused]);
        Assert.True(await Analytics.AddAsync(batch, default));
        Assert.Equal(4, (await TotalsAsync())[Measures.Refused]);
        Assert.Null(ClickHouse.Fault);

        var other = batch with { Id = Guid.NewGuid() };
        await server.RefuseAsync(about: "comment_events_in");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Analytics.AddAsync(other, default).AsTask());
        await server.BeWellAsync();
        Assert.Equal(4, (await TotalsAsync())[Measures.Refused]);
        Assert.True(await Analytics.AddAsync(other, default));
        Assert.Equal(8, (await TotalsAsync())[Measures.Refused]);
    }

    [Fact]
    public async Task A_batch_that_one_table_refuses_is_added_whole_by_the_next_try()
    {
        Assert.Empty(await Analytics.TotalsAsync([_event], default));
        var refused = 0;
        foreach (var table in (string[])["comment_events", "comment_seconds", "comment_minutes", "comment_hours"])
        {
            var batch = new AnalyticsBatch(Guid.NewGuid(), [new AnalyticsRow(_event, Now, AnalyticsAction.Refused) { Reason = "busy", Count = 4 }], []);
            await ClickHouse.AskAsync($"ALTER TABLE {table} ADD CONSTRAINT takes_nothing CHECK event_id = toUUID('{Guid.Empty}')");
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Analytics.AddAsync(batch, default).AsTask());
            await ClickHouse.AskAsync($"ALTER TABLE {table} DROP CONSTRAINT takes_nothing");
            Assert.True(await Analytics.AddAsync(batch, default));
            refused += 4;
            foreach (var step in (AnalyticsStep[])[AnalyticsStep.Second, AnalyticsStep.Minute, AnalyticsStep.Hour])
                Assert.Equal(refused, Assert.Single(await Analytics.SeriesAsync(_event, step, Now.AddHours(-1), Now.AddHours(1), default)).Value);
            Assert.Equal($"{refused / 4}", await ClickHouse.AskAsync("SELECT count() FROM comment_events"));
        }
    }

    [Fact]
    public async Task Rows_are_there_for_other_programs_to_ask()
    {
        var comment = CommentId.New(TimeProvider.System);
        await Analytics.AddAsync(new AnalyticsBatch(Guid.NewGuid(),
            [new AnalyticsRow(_event, Now, AnalyticsAction.Answered) { Comment = comment, LatencyMs = 12 }, new AnalyticsRow(_event, Now.AddSeconds(1), AnalyticsAction.Held) { Reason = "it's \\ quoted\t" }], []), default);
        Assert.Equal($"{_event.Value}\t{comment.Value}\t2026-01-02 03:04:05.678\tanswered\t\t12\n{_event.Value}\t{Guid.Empty}\t2026-01-02 03:04:06.678\theld\tit\\'s \\\\ quoted\\t\t0",
            await ClickHouse.AskAsync("SELECT event_id, comment_id, event_timestamp, action_type, reason, processing_latency_ms FROM comment_events ORDER BY event_timestamp"));
    }

    [Fact]
    public async Task Nothing_of_a_person_stays()
    {
        var author = AuthorHash.Of(_event, Ann.Id);
        await Analytics.AddAsync(Read(null, new FollowerPosition(new Position(7, 3), 0), author), default);
        var columns = (await ClickHouse.AskAsync("SELECT table, name FROM system.columns WHERE database = currentDatabase() AND table != 'comment_events_in'")).Split('\n');
        Assert.DoesNotContain(columns, column => column.Split('\t')[1] is "author" or "user_id");
        foreach (var table in columns.Select(column => column.Split('\t')[0]).Distinct())
            Assert.DoesNotContain(author.ToString(CultureInfo.InvariantCulture), await ClickHouse.AskAsync($"SELECT * FROM {table}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClickHouse_itself_deletes_what_is_too_old_as_long_as_nobody_else_does()
    {
        ClickHouse.Keep = TimeSpan.FromDays(90);
        var now = TimeProvider.System.GetUtcNow();
        await Analytics.AddAsync(new AnalyticsBatch(Guid.NewGuid(), [new AnalyticsRow(_event, now.AddDays(-100), AnalyticsAction.Refused), new AnalyticsRow(_event, now, AnalyticsAction.Refused)], []), default);
        foreach (var table in (string[])["comment_events", "comment_seconds", "comment_minutes", "comment_hours"])
            await ClickHouse.AskAsync($"OPTIMIZE TABLE {table} FINAL");
        Assert.Equal(1, (await TotalsAsync())[Measures.Refused]);
        Assert.Equal("1", await ClickHouse.AskAsync("SELECT count() FROM comment_events"));
        // A setting that was changed holds from the next start.
        ClickHouse.Keep = TimeSpan.FromDays(200);
        await ClickHouse.Open().TotalsAsync([_event], default);
        Assert.Contains("toIntervalDay(201)", await ClickHouse.AskAsync("SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'comment_hours'"), StringComparison.Ordinal);
        ClickHouse.Keep = TimeSpan.FromDays(36_500);
        await ClickHouse.Open().TotalsAsync([_event], default);
        Assert.DoesNotContain("TTL", await ClickHouse.AskAsync("SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'comment_hours'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_find_or_make_the_same_tables()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await ClickHouse.Open().TotalsAsync([_event], default))));
        Assert.Equal("1", await ClickHouse.AskAsync("SELECT max(version) FROM schema_versions"));
    }

    [Fact]
    public async Task A_schema_that_does_not_fit_is_refused_with_what_to_do()
    {
        ClickHouse.ClickHouse.Migrate = false;
        var missing = await Assert.ThrowsAsync<StoreUnavailableException>(() => Analytics.TotalsAsync([_event], default).AsTask());
        Assert.Contains("LiveComments:ClickHouse:Migrate", missing.Message, StringComparison.Ordinal);
        ClickHouse.ClickHouse.Migrate = true;
        Assert.Empty(await Analytics.TotalsAsync([_event], default));
        await ClickHouse.AskAsync("INSERT INTO schema_versions (version) VALUES (1000)");
        var newer = await Assert.ThrowsAsync<StoreUnavailableException>(() => ClickHouse.Open().TotalsAsync([_event], default).AsTask());
        Assert.Contains("start a newer program", newer.Message, StringComparison.Ordinal);
    }

    private AnalyticsBatch Read(FollowerPosition? from, FollowerPosition to, ulong author) => new(
        Guid.NewGuid(),
        [.. Enumerable.Range(1, (int)to.Log.Seq).Select(seq => new AnalyticsRow(_event, Now.AddSeconds(seq % 3), AnalyticsAction.Comment) { Entry = to.Log with { Seq = seq }, Comment = new CommentId(new Guid(seq, 0, (short)to.Log.Epoch, new byte[8])), Author = author, Length = 4, Platform = "web" })],
        [new FollowedSpan(_event, from, to)]);

    private async Task<EventTotals> TotalsAsync() => (await Analytics.TotalsAsync([_event], default))[_event];
}
