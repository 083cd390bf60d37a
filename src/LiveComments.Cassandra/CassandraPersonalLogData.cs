using System.Collections.Concurrent;
using LiveComments.Cassandra.Cql;
using LiveComments.PersonalData;
using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>What logs in Cassandra have about one person. Tables by person say where: of those who wrote it, those whom it mentions, and those who reacted.</summary>
internal sealed class CassandraPersonalLogData(CassandraDatabase database, TimeProvider time) : IPersonalLogData
{
    /// <summary>Comments of one step: some hundred requests.</summary>
    private const int Step = 200;

    /// <summary>What a sweep goes through after the comments that somebody wrote: those that mention them, and deleted logs.</summary>
    private const long Mentions = 1, DeletedLogs = 2;

    public async ValueTask<LogSearch<KeptComment>> RemovedCommentsAsync(UserId user, LogPlace after, CancellationToken ct) => await database.AskLogsAsync(async store =>
    {
        var (places, next) = await PlacesAsync(store, store.Tables.SearchByAuthor, user, after, ct);
        var found = new ConcurrentDictionary<CommentId, KeptComment>();
        await LogStore.EachAsync(places.GroupBy(place => (place.Event, place.Epoch)), async log =>
        {
            var isThere = await store.FindEpochAsync(log.Key.Event, ct) == log.Key.Epoch;
            foreach (var (comment, removal) in (await store.ReadCommentsAsync(log.Key.Event, log.Key.Epoch, [.. log.Select(place => place.Seq)], ct)).Values)
                if (removal is { IsErased: false })
                    found[comment.Id] = new KeptComment(isThere ? log.Key.Event : null, comment);
        }, ct);
        return new LogSearch<KeptComment>([.. places.Select(place => found.GetValueOrDefault(place.Comment)).OfType<KeptComment>()], next);
    }, writes: false, ct);

    public async ValueTask<LogSearch<GivenReaction>> ReactionsAsync(UserId user, LogPlace after, CancellationToken ct) => await database.AskReactionsAsync(async rows =>
    {
        var (places, next) = await PlacesAsync(rows.Logs, rows.Tables.ReadGivenBy, user, after, ct);
        var found = new GivenReaction?[places.Count];
        await LogStore.EachAsync(Enumerable.Range(0, places.Count), async i =>
        {
            var place = places[i];
            if ((await rows.FindGivenAsync(place.Event, place.Epoch, place.Seq, [user], ct)).TryGetValue(user, out var type))
                found[i] = new GivenReaction(await rows.Logs.FindEpochAsync(place.Event, ct) == place.Epoch ? place.Event : null, place.Comment, type);
        }, ct);
        return new LogSearch<GivenReaction>([.. found.OfType<GivenReaction>()], next);
    }, writes: false, ct);

    public async ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct) => await database.AskReactionsAsync(async rows => after.Log switch
    {
        Mentions => await UnlinkAsync(rows.Logs, user, after, ct),
        DeletedLogs => new LogSearch<CommentId>([], await LogSweep.StepAsync(rows, ct) ? null : after),
        _ => await EraseAsync(rows.Logs, user, after, ct),
    }, writes: true, ct);

    public async ValueTask DropReactionsAsync(UserId user, IReadOnlyCollection<CommentId> comments, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(database.Options.Timeout);
        try
        {
            await database.AskReactionsAsync(async rows =>
            {
                var places = new List<CommentPlace>();
                foreach (var some in comments.Chunk(Step))
                    await foreach (var row in rows.Logs.RowsAsync(rows.Tables.FindGivenBy, limit.Token, user.Value, some.Select(comment => comment.Value).ToArray()))
                        places.Add(CommentPlace.Read(row));
                foreach (var log in places.GroupBy(place => (place.Event, place.Epoch)))
                    if (await rows.Logs.FindEpochAsync(log.Key.Event, limit.Token) == log.Key.Epoch)
                        await new ReactionApply(rows, log.Key.Event, [.. log.Select(place => new ReactionDraft(place.Comment, user, null))], time.GetUtcNow(), alsoRemoved: true).RunAsync(null, limit.Token);
                    else
                        // Its other rows are deleted with it.
                        await LogStore.EachAsync(log, place => rows.Logs.ExecuteAsync(rows.Tables.ForgetGivenBy, limit.Token, user.Value, place.Comment.Value), limit.Token);
                return true;
            }, writes: true, limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new StoreUnavailableException("Cassandra did not answer in time.", outcomeUnknown: true, e);
        }
    }

    /// <summary>Erases some removed comments that somebody wrote. All of them are named, also those that were erased before: nobody knows whether their reports were.</summary>
    private static async Task<LogSearch<CommentId>> EraseAsync(LogStore store, UserId user, LogPlace after, CancellationToken ct)
    {
        var (places, next) = await PlacesAsync(store, store.Tables.SearchByAuthor, user, after, ct);
        var removed = new List<CommentId>();
        foreach (var log in places.GroupBy(place => (place.Event, place.Epoch)))
        {
            var states = await store.ReadStatesAsync(log.Key.Event, log.Key.Epoch, log.Select(place => place.Seq), ct);
            var removals = states.Values.Where(state => state.Removal is not null).ToDictionary(state => state.Seq, state => state.Removal!.Value.Position.Seq);
            if (removals.Count > 0)
                await TextErasure.EraseAsync(store, log.Key.Event, log.Key.Epoch, removals, wholly: true, ct);
            removed.AddRange(log.Where(place => removals.ContainsKey(place.Seq)).Select(place => place.Comment));
        }
        return new LogSearch<CommentId>(removed, next ?? new LogPlace(Mentions, 0));
    }

    /// <summary>Takes somebody out of some comments that mention them.</summary>
    private static async Task<LogSearch<CommentId>> UnlinkAsync(LogStore store, UserId user, LogPlace after, CancellationToken ct)
    {
        var (places, next) = await PlacesAsync(store, store.Tables.SearchMentions, user, after, ct);
        await LogStore.EachAsync(places, async place =>
        {
            while (await store.FindEntryAsync(place.Event, place.Epoch, place.Seq, ct) is var (bucket, row) && EntryRow.MentionsOf(row) is { } text && EntryRow.ReadMentions(text) is var mentions
                && mentions.Any(mention => mention.UserId == user))
                if ((await store.ExecuteAsync(store.Tables.PutMentions, ct, EntryRow.WriteMentions([.. mentions.Where(mention => mention.UserId != user)]),
                    place.Event.Value, place.Epoch, bucket, place.Seq, text)).WasApplied)
                    break;
            await store.ExecuteAsync(store.Tables.ForgetMention, ct, user.Value, place.Comment.Value);
        }, ct);
        return new LogSearch<CommentId>([], next ?? new LogPlace(DeletedLogs, 0));
    }

    /// <summary>Some places, by comment, and where the next step begins; null at the end.</summary>
    private static async Task<(List<CommentPlace> Places, LogPlace? Next)> PlacesAsync(LogStore store, Statement read, UserId user, LogPlace after, CancellationToken ct)
    {
        var places = new List<CommentPlace>();
        await foreach (var row in store.RowsAsync(read, ct, user.Value, after.Comment.Value))
        {
            places.Add(CommentPlace.Read(row));
            if (places.Count == Step)
                return (places, after with { Comment = places[^1].Comment });
        }
        return (places, null);
    }
}
