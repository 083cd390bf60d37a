using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Log;
using Microsoft.Extensions.Logging;

namespace LiveComments.Ingest;

/// <summary>
/// Creates, changes and deletes events. A change goes into the catalogue first and then into the event's log, which every viewer's page follows. After a crash between the two, <see
/// cref="RepairAsync"/> completes the change. All of it is safe beside other processes and nodes that do the same.
/// </summary>
public sealed partial class EventControl(IEventCatalog catalog, IParticipants participants, IEventLog log, IModerationStore moderation, IPollStore polls, Ingest ingest, EventDirectory directory, TimeProvider time, ILogger<EventControl> logger, IHotEntries? hot = null)
{
    /// <summary>A change that is not in the log is left this long to the call that makes it: its two steps may take the store's time-out each.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long a deletion keeps its caller waiting. The rest is deleted in the background.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int Batch = 100;

    /// <summary>Steps of background deletions at a time, so that a large one does not delay events that start by themselves.</summary>
    private const int DeletedATime = 20;

    /// <summary>Now, in whole milliseconds as stores keep them, so that an event is equal before and after it is stored.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Stores a new event and its empty log. If the process dies between the two, an unused log is left.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<EventOutcome> CreateAsync(LiveEvent liveEvent, CancellationToken ct)
    {
        if (liveEvent.VideoId is { } videoId && await catalog.FindByVideoIdAsync(videoId, ct) is not null)
            return EventOutcome.Refused(Error.VideoIdTaken);
        if (await ingest.AnnounceAsync(liveEvent.Id, new StatusDraft(liveEvent.Status), ct) is AppendResult.Refused { Error: var refused })
            return EventOutcome.Refused(refused);
        // From here on, a caller who hangs up must not leave half of it.
        if (await catalog.AddAsync(liveEvent, CancellationToken.None) is { } error)
        {
            await DeleteLogAsync(liveEvent.Id, CancellationToken.None);
            return EventOutcome.Refused(error);
        }
        // Somebody may have asked for the alias before, so its absence may be cached.
        directory.Forget(liveEvent);
        LogStatus(logger, liveEvent.Id, liveEvent.Status);
        return liveEvent;
    }

    /// <summary>Changes an event; nothing happens when <paramref name="change"/> returns its argument.</summary>
    /// <param name="change">May be called again when somebody else changes the event at the same time.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<EventOutcome> ChangeAsync(EventId id, Func<LiveEvent, EventOutcome> change, CancellationToken ct)
    {
        while (await catalog.FindAsync(id, ct) is { } was)
        {
            var outcome = change(was);
            if (outcome.Event is not { } changed)
                return outcome;
            if (changed == was)
            {
                // A retry after a crash between the row and the log: the answer promises that viewers see the change.
                foreach (var unannounced in await catalog.UnannouncedAsync(was.UpdatedAt.AddMilliseconds(1), Batch, ct))
                    if (unannounced.Id == id)
                        await CatchUpAsync(unannounced, CancellationToken.None);
                return outcome;
            }
            var now = Now;
            changed = changed with { UpdatedAt = now > was.UpdatedAt ? now : was.UpdatedAt.AddMilliseconds(1) };
            if (changed.Status == EventStatus.Live && was.Status != EventStatus.Live)
                changed = changed with { StartedAt = now };
            if (changed.Status == EventStatus.Ended && was.Status != EventStatus.Ended)
                changed = changed with { EndTime = changed.UpdatedAt, EndedAt = changed.UpdatedAt };
            if (!await catalog.UpdateAsync(changed, was, ct))
                continue;
            directory.Forget(changed);
            if (changed.Status != was.Status)
                LogStatus(logger, id, changed.Status);
            await AnnounceAsync(changed, was);
            return changed;
        }
        return EventOutcome.Refused(Error.EventNotFound);
    }

    /// <summary>Goes live; a live event stays as it is, an ended one is refused.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<EventOutcome> StartAsync(EventId id, CancellationToken ct) => ChangeAsync(id, static was => was.Status switch
    {
        EventStatus.Scheduled => was with { Status = EventStatus.Live },
        EventStatus.Live => was,
        _ => EventOutcome.Refused(Error.StateConflict, "The event has ended; an ended event does not start again."),
    }, ct);

    /// <summary>Ends it; an ended event stays as it is. An event that never went live may also end: it is called off.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<EventOutcome> EndAsync(EventId id, CancellationToken ct) =>
        ChangeAsync(id, static was => was.Status == EventStatus.Ended ? was : was with { Status = EventStatus.Ended }, ct);

    /// <summary>
    /// Removes an event and everything that belongs to it. It is gone from every path when this returns, though the rows of a long log may take longer to delete. False when there was none.
    /// </summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<bool> DeleteAsync(LiveEvent liveEvent, CancellationToken ct)
    {
        if (!await catalog.RemoveAsync(liveEvent.Id, ct))
            return false;
        directory.Forget(liveEvent);
        LogRemoved(logger, liveEvent.Id);
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await DeleteLogAsync(liveEvent.Id, patience.Token);
            await DeleteRestAsync(liveEvent.Id, patience.Token);
            await catalog.PurgeAsync(liveEvent.Id, patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or StoreUnavailableException)
        {
            LogLater(logger, e, liveEvent.Id);
        }
        return true;
    }

    /// <summary>Admits somebody with a role, or changes the role; false when the event is gone.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct)
    {
        if (!await participants.AdmitAsync(id, userId, role, ct))
            return false;
        directory.Forget(id, userId);
        return true;
    }

    /// <summary>Takes an appointment or admission back; nothing happens when there is none.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask DismissAsync(EventId id, UserId userId, CancellationToken ct)
    {
        if (await participants.DismissAsync(id, userId, ct))
            directory.Forget(id, userId);
    }

    /// <summary>Starts events that start by themselves and whose time has come.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask StartDueAsync(CancellationToken ct)
    {
        foreach (var due in await catalog.DueAsync(Now, Batch, ct))
            // Somebody may have postponed, called off or started it since.
            await ChangeAsync(due.Id, was => was is { Status: EventStatus.Scheduled, StartsItself: true } && was.StartTime <= Now
                ? was with { Status = EventStatus.Live } : was, ct);
    }

    /// <summary>Completes what a crash interrupted: appends changes that are missing in logs, and deletes what removed events left.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask RepairAsync(CancellationToken ct)
    {
        foreach (var unannounced in await catalog.UnannouncedAsync(Now - Grace, Batch, ct))
            if (await CatchUpAsync(unannounced, ct))
                LogCaughtUp(logger, unannounced.Id);
        var steps = DeletedATime;
        foreach (var id in await catalog.RemovedAsync(Batch, ct))
        {
            while (!await log.DeleteAsync(id, ct))
                if (--steps == 0)
                    return;
            hot?.Forget(id);
            await DeleteRestAsync(id, ct);
            await catalog.PurgeAsync(id, ct);
        }
    }

    private async ValueTask AnnounceAsync(LiveEvent now, LiveEvent was)
    {
        try
        {
            var said = (now.Status == was.Status || await SayAsync(now.Id, new StatusDraft(now.Status)))
                && (now.Settings.Equals(was.Settings) || await SayAsync(now.Id, new SettingsDraft(now.Settings)));
            // Somebody else changed it meanwhile, and the two announcements may have reached the log in the wrong order.
            if (said && !await catalog.AnnouncedAsync(now, CancellationToken.None) && await catalog.FindAsync(now.Id, CancellationToken.None) is { } latest)
                await CatchUpAsync(latest, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            // The change stays; its announcement is repaired later.
            LogLater(logger, e, now.Id);
        }
    }

    /// <summary>Appends status and settings until the log matches the row; false when the log accepts nothing at present.</summary>
    private async ValueTask<bool> CatchUpAsync(LiveEvent unannounced, CancellationToken ct)
    {
        for (var now = unannounced; now is not null; now = await catalog.FindAsync(now.Id, ct))
        {
            var heads = await log.HeadsAsync([now.Id], ct);
            if (heads.GetValueOrDefault(now.Id)?.Status != now.Status && !await SayAsync(now.Id, new StatusDraft(now.Status)))
                return false;
            if (!await SayAsync(now.Id, new SettingsDraft(now.Settings)))
                return false;
            if (await catalog.AnnouncedAsync(now, ct))
                return true;
        }
        return true;
    }

    private async ValueTask<bool> SayAsync(EventId id, EntryDraft draft) =>
        await ingest.AnnounceAsync(id, draft, CancellationToken.None) is not AppendResult.Refused;

    private async ValueTask DeleteLogAsync(EventId id, CancellationToken ct)
    {
        while (!await log.DeleteAsync(id, ct))
        {
        }
        hot?.Forget(id);
    }

    private async ValueTask DeleteRestAsync(EventId id, CancellationToken ct)
    {
        while (!await moderation.DeleteAsync(id, ct))
        {
        }
        while (!await polls.DeleteAsync(id, ct))
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} is {Status}")]
    private static partial void LogStatus(ILogger logger, EventId id, EventStatus status);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} was removed")]
    private static partial void LogRemoved(ILogger logger, EventId id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rest of the work for event {Id} is done later")]
    private static partial void LogLater(ILogger logger, Exception exception, EventId id);

    [LoggerMessage(Level = LogLevel.Information, Message = "The log of event {Id} has caught up with the catalogue")]
    private static partial void LogCaughtUp(ILogger logger, EventId id);
}
