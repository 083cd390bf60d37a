using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Polls;
using LiveComments.Wire;
using Microsoft.Extensions.Logging;

namespace LiveComments.Ingest;

/// <summary>
/// Opens and closes polls. A change goes into the store first, which orders it among the votes, and then into the event's log, which every viewer's page follows. After a crash between the two, <see
/// cref="RepairAsync"/> completes the change. All of it is safe beside other nodes that do the same.
/// </summary>
public sealed partial class PollControl(IPollStore store, Ingest ingest, ModerationControl moderation, TimeProvider time, ILogger<PollControl> logger)
{
    /// <summary>A change that is not in the log is left this long to the call that makes it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int Batch = 100;

    /// <summary>Opens a poll; one that is open with the same question and options stays as it is.</summary>
    /// <param name="question">As <see cref="Comments.CommentText"/> has normalised it; likewise the options.</param>
    /// <param name="lasts">How long it is open; null when a moderator closes it.</param>
    /// <exception cref="StoreUnavailableException">It may be open all the same; opening it again does no harm.</exception>
    public async ValueTask<PollOutcome> OpenAsync(Moderator by, string question, IReadOnlyList<string> options, PollResults results, TimeSpan? lasts, CancellationToken ct)
    {
        if (by.Event.Status == EventStatus.Ended)
            return PollOutcome.Refused(Error.StateConflict, "The event has ended.");
        var (id, now) = (PollId.New(time), Now);
        return await ChangedAsync(by, await store.OpenAsync(
            new Poll(id, by.Event.Id, 0, question, options, results, now + lasts, now, null, PollStatus.Open, 1, PollTally.Empty(id, options.Count)), ct));
    }

    /// <summary>Closes a poll, or takes it away; one that is so already stays as it is.</summary>
    /// <exception cref="StoreUnavailableException">It may be done all the same; asking again does no harm.</exception>
    public async ValueTask<PollOutcome> ChangeAsync(Moderator by, PollId poll, PollStatus status, CancellationToken ct) =>
        await ChangedAsync(by, await store.ChangeAsync(by.Event.Id, poll, status, Now, ct));

    /// <summary>Closes polls whose time is over, and those of events that have ended.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask CloseDueAsync(CancellationToken ct)
    {
        foreach (var due in await store.DueAsync(Now, Batch, ct))
            if (await store.ChangeAsync(due.Event, due.Id, PollStatus.Closed, Now, ct) is { IsChanged: true, Poll: { } closed })
                await AnnounceAsync(closed);
    }

    /// <summary>Completes what a crash, or a store that did not answer, interrupted: appends changes that are missing in logs.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask RepairAsync(CancellationToken ct)
    {
        foreach (var poll in await store.UnannouncedAsync(Now - Grace, Batch, ct))
            await AnnounceAsync(poll);
    }

    // In whole milliseconds as stores keep them, so that a poll is equal before and after it is stored.
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private async ValueTask<PollOutcome> ChangedAsync(Moderator by, PollOutcome outcome)
    {
        if (outcome is not { IsChanged: true, Poll: { } poll })
            return outcome;
        // From here on, a caller who hangs up must not leave half of it.
        LogChanged(logger, poll.Number, poll.Event, poll.Status);
        await AnnounceAsync(poll);
        await moderation.NoteAsync(by.Caller.UserId, poll.Event, DecisionAction.ChangePoll, $"{poll.Status.Name()}: {poll.Question}");
        return outcome;
    }

    private async ValueTask AnnounceAsync(Poll changed)
    {
        try
        {
            for (var poll = changed; poll is not null;)
            {
                if (await ingest.AnnounceAsync(poll.Event, new CardDraft(PollJson.ToCard(poll)), CancellationToken.None) is AppendResult.Refused || await store.AnnouncedAsync(poll, CancellationToken.None))
                    return;
                // Somebody else changed it meanwhile, and the two may have reached the log in the wrong order.
                poll = await store.FindAsync(poll.Event, poll.Id, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException e)
        {
            // The change stays; its announcement is repaired later.
            LogLater(logger, e, changed.Number, changed.Event);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Poll {Number} of event {Id} is {Status}")]
    private static partial void LogChanged(ILogger logger, int number, EventId id, PollStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Viewers of event {Id} learn later what has become of poll {Number}, because a store does not answer")]
    private static partial void LogLater(ILogger logger, Exception exception, int number, EventId id);
}
