using System.Net;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Ingest;

/// <summary>What the server does with events by itself, by its own clock.</summary>
public sealed class EventScheduleTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private TestServer _server = null!;

    private IEventCatalog Catalog => _server.Services.GetRequiredService<IEventCatalog>();

    private IEventLog Log => _server.Services.GetRequiredService<IEventLog>();

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(builder =>
    {
        var log = builder.Services.Single(service => service.ServiceType == typeof(IEventLog));
        builder.Services.Remove(log);
        builder.Services.AddSingleton<IEventLog>(provider => new LargeLog((IEventLog)ActivatorUtilities.CreateInstance(provider, log.ImplementationType!)));
        builder.Services.AddSingleton<TimeProvider>(_time);
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_event_goes_live_by_itself_at_its_start_and_its_log_says_so()
    {
        var itself = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: true);
        var byHand = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: false);
        var later = await CreateAsync("\"2026-01-31T20:20:00Z\"", startsItself: true);
        _time.Advance(TimeSpan.FromMinutes(9));
        await TickedAsync();
        Assert.Equal("scheduled", await StatusAsync(itself));
        _time.Advance(TimeSpan.FromMinutes(2));
        await Http.EventuallyAsync(async () => await StatusAsync(itself) == "live", "the event is live");
        await Http.EventuallyAsync(async () => (await HeadAsync(itself)).Status == EventStatus.Live, "the log says so");
        Assert.Equal("scheduled", await StatusAsync(byHand));
        Assert.Equal("scheduled", await StatusAsync(later));
        Assert.Equal([EventStatus.Scheduled, EventStatus.Live], (await _server.EntriesAsync(itself)).OfType<StatusEntry>().Select(entry => entry.Status));
    }

    [Fact]
    public async Task An_event_that_was_put_off_or_called_off_does_not_start()
    {
        var putOff = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: true);
        var calledOff = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: true);
        var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", $"/events/{putOff}", """{"startTime":"2026-01-31T21:00:00Z"}""");
        await administrator.CallAsync("POST", $"/events/{calledOff}/end");
        _time.Advance(TimeSpan.FromMinutes(11));
        await TickedAsync();
        Assert.Equal("scheduled", await StatusAsync(putOff));
        Assert.Equal("ended", await StatusAsync(calledOff));
    }

    [Fact]
    public async Task An_event_whose_start_passed_while_the_server_was_down_starts_when_it_is_back()
    {
        var missed = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: true);
        await _server.RestartAsync(() => _time.Advance(TimeSpan.FromHours(1)));
        await Http.EventuallyAsync(async () => (await HeadAsync(missed)).Status == EventStatus.Live, "the event is live");
    }

    [Fact]
    public async Task A_change_that_a_crash_kept_from_the_log_is_said_after_the_next_start()
    {
        var id = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: false);
        // What is left when the process dies between its two steps.
        var was = (await Catalog.FindAsync(Id(id), default))!;
        var now = was with { Status = EventStatus.Live, Settings = new EventSettings { SlowModeSeconds = 7 }, UpdatedAt = was.UpdatedAt.AddMilliseconds(1) };
        Assert.True(await Catalog.UpdateAsync(now, was, default));
        await _server.RestartAsync(() => _time.Advance(TimeSpan.FromSeconds(10)));
        await Http.EventuallyAsync(async () => (await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 1, default)).Count == 0, "everything is announced");
        var entries = await _server.EntriesAsync(id);
        Assert.Equal([EventStatus.Scheduled, EventStatus.Live], entries.OfType<StatusEntry>().Select(entry => entry.Status));
        Assert.Equal(7, Assert.Single(entries.OfType<SettingsEntry>()).Settings.SlowModeSeconds);
        _time.Advance(TimeSpan.FromMinutes(1));
        await TickedAsync();
        Assert.Equal(entries.Count, (await _server.EntriesAsync(id)).Count);
    }

    [Fact]
    public async Task A_deletion_that_takes_long_keeps_no_event_from_starting()
    {
        var large = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: false);
        await TickedAsync();
        var log = (LargeLog)Log;
        log.IsEndless = true;
        var deletion = _server.As(Role.Administrator).SendAsync("DELETE", $"/events/{large}");
        while (!deletion.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10);
        }
        var asked = log.Asked;
        await Http.EventuallyAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(log.Asked > asked);
        }, "the schedule goes on with the deletion");
        await TickedAsync();
        log.IsEndless = false;
        await Http.EventuallyAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return (await Catalog.RemovedAsync(10, default)).Count == 0;
        }, "the deletion is done");
    }

    [Fact]
    public async Task A_deletion_that_a_crash_cut_short_is_finished_after_the_next_start()
    {
        var id = await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: false);
        await _server.PlaceCommentsAsync(id, new UserId(Guid.NewGuid()), "left behind");
        Assert.True(await Catalog.RemoveAsync(Id(id), default));
        await _server.RestartAsync();
        await Http.EventuallyAsync(async () => (await Catalog.RemovedAsync(1, default)).Count == 0, "the event is purged");
        Assert.Null(await Log.ReadAsync(Id(id), 0, 1, default));
    }

    [Fact]
    public async Task A_change_that_comes_between_another_ones_reading_and_storing_is_kept()
    {
        var id = Id(await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: false));
        var control = _server.Services.GetRequiredService<EventControl>();
        var calls = 0;
        var outcome = await control.ChangeAsync(id, was =>
        {
            if (calls++ == 0)
                Task.Run(async () => await control.StartAsync(id, default)).Wait();
            return was with { Title = "New" };
        }, default);
        Assert.Equal(2, calls);
        Assert.Equal((EventStatus.Live, "New"), (outcome.Event!.Status, outcome.Event.Title));
        Assert.Equal(outcome.Event, await Catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task Announcements_that_pass_each_other_end_with_the_catalogues_word()
    {
        var id = Id(await CreateAsync("\"2026-01-31T20:10:00Z\"", startsItself: false));
        var control = _server.Services.GetRequiredService<EventControl>();
        var directory = _server.Services.GetRequiredService<EventDirectory>();
        Task second = Task.CompletedTask;
        void ChangeAgain(EventId _)
        {
            // After the first change is stored and before it is announced, a second one is stored and announced.
            directory.Changed -= ChangeAgain;
            second = Task.Run(async () =>
            {
                await control.StartAsync(id, default);
                await control.ChangeAsync(id, was => was with { Settings = was.Settings with { SlowModeSeconds = 2 } }, default);
            });
            second.Wait();
        }
        directory.Changed += ChangeAgain;
        await control.ChangeAsync(id, was => was with { Settings = was.Settings with { SlowModeSeconds = 1 } }, default);
        await second;
        var entries = await _server.EntriesAsync(id.ToString());
        Assert.Equal(2, entries.OfType<SettingsEntry>().Last().Settings.SlowModeSeconds);
        Assert.Contains(entries, entry => entry is SettingsEntry { Settings.SlowModeSeconds: 1 });
        Assert.Equal(EventStatus.Live, entries.OfType<StatusEntry>().Last().Status);
        Assert.Empty(await Catalog.UnannouncedAsync(DateTimeOffset.MaxValue, 1, default));
    }

    /// <summary>The server's log, which can be too large to be deleted.</summary>
    private sealed class LargeLog(IEventLog log) : IEventLog
    {
        private int _asked;

        public bool IsEndless { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            if (!IsEndless)
                return await log.DeleteAsync(id, ct);
            Interlocked.Increment(ref _asked);
            await Task.Yield();
            return false;
        }

        public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct) => log.AppendAsync(id, drafts, ct);

        public ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => log.ReadAsync(id, afterSeq, limit, ct);

        public ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => log.ReadLatestAsync(id, beforeSeq, limit, ct);

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => log.HeadsAsync(ids, ct);
    }

    private async Task<string> CreateAsync(string startTime, bool startsItself) =>
        (await _server.As(Role.Administrator).CallAsync("POST", "/events",
            $$"""{"title":"A","eventType":"news","startTime":{{startTime}},"startsItself":{{(startsItself ? "true" : "false")}}}""", HttpStatusCode.Created)).Text("eventID")!;

    private async Task<string?> StatusAsync(string id) => (await _server.Anonymous.CallAsync("GET", $"/events/{id}")).Text("status");

    private async Task<LogHead> HeadAsync(string id) => (await Log.HeadsAsync([Id(id)], default))[Id(id)];

    /// <summary>
    /// A round of the schedule that begins now has ended: an event that is due has started, so what was due before has too. One
    /// tick is enough: the timer keeps it for a schedule that is busy.
    /// </summary>
    private async Task TickedAsync()
    {
        var probe = await CreateAsync($"\"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}\"", startsItself: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Http.EventuallyAsync(async () => (await HeadAsync(probe)).Status == EventStatus.Live, "the schedule does its round");
    }

    private static EventId Id(string text)
    {
        Assert.True(EventId.TryParse(text, out var id));
        return id;
    }
}
