using LiveComments.PersonalData;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Retention;

/// <summary>Deletes what has been kept long enough, in rounds of small steps beside live traffic.</summary>
/// <param name="onExpired">Called when the comments of an event are gone and its log has a new epoch.</param>
internal sealed partial class RetentionSchedule(
    IRetention retention, IModerationStore moderation, IPollStore polls, IAnalyticsStore analytics, AbsentGuests guests, IEventCatalog catalog, IDuty duty, Action<EventId> onExpired, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSchedule> logger) : BackgroundService
{
    private const int Page = 100;

    /// <summary>Counts of single seconds are kept for less: a week, like a replay that people come back to.</summary>
    private static readonly TimeSpan Seconds = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            if (!duty.IsOurs)
                continue;
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (StoreUnavailableException e)
            {
                LogPostponed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Deletes everything that is due.</summary>
    internal async Task RoundAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var endedBefore = now - options.Value.EndedEvents;
        EventId? last = null;
        while (await retention.EndedAsync(endedBefore, last, Page, ct) is { Count: > 0 } ended)
        {
            foreach (var id in ended)
                if (await catalog.FindAsync(id, ct) is not { Settings.Keep: true })
                {
                    // First, because an event whose log has expired is not found again when this stops in between.
                    while (!await moderation.DeleteAsync(id, ct))
                        await Task.Delay(options.Value.Pause, time, ct);
                    while (!await polls.DeleteAsync(id, ct))
                        await Task.Delay(options.Value.Pause, time, ct);
                    if (!await retention.ExpireAsync(id, endedBefore, ct))
                        continue;
                    LogExpired(logger, id);
                    onExpired(id);
                }
            last = ended[^1];
        }
        while (!await retention.ForgetAsync(now - options.Value.Keys, now - options.Value.RemovedTexts, ct))
            await Task.Delay(options.Value.Pause, time, ct);
        while (!await moderation.ForgetAsync(now - options.Value.RemovedTexts, ct))
            await Task.Delay(options.Value.Pause, time, ct);
        if (await guests.EraseAsync(now - options.Value.Guests, options.Value.Pause, ct) is > 0 and var erased)
            LogGuests(logger, erased);
        // At the end: this may be another store, which may be away alone.
        while (!await analytics.ForgetAsync(now - options.Value.Analytics, now - (options.Value.Analytics < Seconds ? options.Value.Analytics : Seconds), ct))
            await Task.Delay(options.Value.Pause, time, ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The comments of event {Id} are past their retention time and are deleted")]
    private static partial void LogExpired(ILogger logger, EventId id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} guests who did not come back are erased")]
    private static partial void LogGuests(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired data is deleted later, because the store does not answer")]
    private static partial void LogPostponed(ILogger logger, Exception exception);
}
