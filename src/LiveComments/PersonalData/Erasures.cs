using LiveComments.Accounts;
using LiveComments.Log;
using LiveComments.Reactions;
using Microsoft.Extensions.Logging;

namespace LiveComments.PersonalData;

/// <summary>
/// Erases people. Their account ends first, in one transaction. What they left elsewhere is erased after that, by the node whose duty it is, in steps that a crash may interrupt anywhere: comments are removed through
/// the engine as their author would, so that every viewer sees it, and what the tables still hold of them is erased then. All of it is done once more a little later, for what was under way meanwhile.
/// </summary>
public sealed partial class Erasures(
    IPersonalData data, IPersonalLogData logs, IAccountStore accounts, ICommentQueries comments, IEngine engine, SessionChecks checks, Profiles profiles, TimeProvider time, ILogger<Erasures> logger, IHotEntries? hot = null, INoticeStreams? streams = null)
{
    /// <summary>By then every node knows that the account has ended, and what it had taken from it is placed or refused: a request is answered within two seconds.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Erasures begun in one round, and comments or reactions taken back together.</summary>
    private const int Batch = 50;

    /// <summary>Between two steps. A step is about 5 ms of the store's time, so that live traffic keeps nine tenths of it.</summary>
    internal TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends an account and begins to erase what it left; nothing happens when that was done before.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask BeginAsync(UserId user, CancellationToken ct)
    {
        var isNew = await data.BeginAsync(user, time.GetUtcNow(), ct);
        profiles.Forget(user);
        // Its tokens are refused here from now on. Other nodes are told, and find it in the store in any case.
        if (await accounts.FindAsync(user, CancellationToken.None) is { } ended)
            checks.Learn(ended.Standing);
        if (isNew)
            LogBegun(logger, user);
    }

    /// <summary>Erases what is due.</summary>
    /// <exception cref="StoreUnavailableException">The rest is done when the store answers again.</exception>
    public async ValueTask CarryOutAsync(CancellationToken ct)
    {
        foreach (var (user, isRepeat) in await data.DueAsync(time.GetUtcNow(), Batch, ct))
        {
            await EraseAsync(user, ct);
            if (!isRepeat)
            {
                await data.RepeatAsync(user, time.GetUtcNow() + Grace, ct);
                continue;
            }
            await data.FinishAsync(user, ct);
            LogFinished(logger, user);
        }
    }

    private async ValueTask EraseAsync(UserId user, CancellationToken ct)
    {
        // What is held goes first, so that nobody approves it once the comments are gone.
        while (!await data.EraseAsync(user, ct))
            await Task.Delay(Pause, time, ct);
        await RemoveCommentsAsync(user, ct);
        await TakeReactionsBackAsync(user, ct);
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var sweep = await logs.SweepAsync(user, place, ct);
            if (sweep.Found.Count > 0)
                await data.EraseReportsAsync(sweep.Found, ct);
            after = sweep.Next;
            await Task.Delay(Pause, time, ct);
        }
        // Nobody knows in which of them the person is named.
        if (hot is not null)
            await hot.ForgetAllAsync(ct);
        if (streams is not null)
            await streams.ForgetAsync(user, ct);
    }

    private async ValueTask RemoveCommentsAsync(UserId user, CancellationToken ct)
    {
        for (CommentId? before = null; await comments.ByAuthorAsync(user, before, Batch, ct) is { Count: > 0 } page; before = page[^1].Comment.Id)
            foreach (var result in await Task.WhenAll(page.Select(found => engine.PlaceAsync(found.EventId, new RemovalDraft(found.Comment.Id, user, AsModerator: false), ct).AsTask())))
                // One whose event was deleted meanwhile is gone with it.
                if (result is AppendResult.Refused { Error.Status: >= 500 } refused)
                    throw new StoreUnavailableException(refused.Error.Title);
    }

    private async ValueTask TakeReactionsBackAsync(UserId user, CancellationToken ct)
    {
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var search = await logs.ReactionsAsync(user, place, ct);
            foreach (var given in search.Found.Chunk(Batch))
            {
                var taken = await Task.WhenAll(given.Select(one => TakeBackAsync(user, one, ct)));
                CommentId[] gone = [.. given.Where((_, i) => !taken[i]).Select(one => one.Comment)];
                if (gone.Length > 0)
                    await logs.DropReactionsAsync(user, gone, ct);
            }
            after = search.Next;
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>False when the comment takes no reactions any more.</summary>
    private async Task<bool> TakeBackAsync(UserId user, GivenReaction given, CancellationToken ct)
    {
        if (given.Event is not { } id)
            return false;
        var result = await engine.ReactAsync(id, new ReactionDraft(given.Comment, user, null), ct);
        return result.Error switch
        {
            null => true,
            { Status: < 500 } => false,
            { } error => throw new StoreUnavailableException(error.Title),
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The account {User} has ended, and its data is being erased")]
    private static partial void LogBegun(ILogger logger, UserId user);

    [LoggerMessage(Level = LogLevel.Information, Message = "The data of the account {User} is erased")]
    private static partial void LogFinished(ILogger logger, UserId user);
}
