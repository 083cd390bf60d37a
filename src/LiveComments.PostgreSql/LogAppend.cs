using System.Globalization;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.PostgreSql;

/// <summary>
/// Places drafts in one log, in one transaction of two round trips: the first locks the log and reads the facts, the second writes and commits. <see cref="LogRules"/> decides between the
/// two.
/// </summary>
internal sealed class LogAppend
{
    private readonly EventId _id;
    private readonly LogFacts _facts;
    private readonly LogWrites _writes;
    private readonly DateTimeOffset _time;
    private LogHeadRow? _log;

    private LogAppend(EventId id, LogFacts facts, DateTimeOffset now)
    {
        _id = id;
        _facts = facts;
        _time = facts.Head is { } head ? LogRules.TimeOf(now, head.LastTime) : now;
        _writes = new LogWrites(_time);
        _log = facts.IsNew ? null : facts.Head;
    }

    public static async Task<IReadOnlyList<AppendResult>> RunAsync(StoreCall call, EventId id, IReadOnlyList<EntryDraft> drafts, DateTimeOffset now)
    {
        now = now.ToMilliseconds();
        var keys = new byte[]?[drafts.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = drafts[i] is CommentDraft { Key: { } key } comment ? key.ToStored(id, comment.Author.Id) : null;
        var append = new LogAppend(id, await LogFacts.ReadAsync(call, id, drafts, keys, now), now);
        var results = new AppendResult[drafts.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = append.Place(drafts[i], keys[i]);
        if (append._log is not { } log || append._writes.IsEmpty)
            return results;
        call.Rows = append._writes.Count;
        var named = await append._writes.CommitAsync(call, log);
        // The entry of a pin, a restoration or a comment on stage carries the comment as it is stored.
        for (var i = 0; i < results.Length; i++)
            if (results[i] is AppendResult.Appended { Entry: var entry })
                results[i] = (drafts[i], entry) switch
                {
                    (PinDraft { CommentId: { } comment }, PinnedEntry pin) => new AppendResult.Appended(pin with { Comment = named.GetValueOrDefault(comment) }, log.Epoch),
                    (StageDraft { CommentId: { } comment }, CardEntry card) => new AppendResult.Appended(card with { Comment = named.GetValueOrDefault(comment) }, log.Epoch),
                    (RestoreDraft restore, RestoredEntry restored) => new AppendResult.Appended(restored with { Comment = named[restore.CommentId] }, log.Epoch),
                    _ => results[i],
                };
        return results;
    }

    private AppendResult Place(EntryDraft draft, byte[]? key)
    {
        if (draft is StatusDraft status)
            return PlaceStatus(status);
        if (_log is not { } log)
            return new AppendResult.Refused(Error.EventNotFound);
        return draft switch
        {
            CommentDraft comment => PlaceComment(log, comment, key),
            RemovalDraft removal => PlaceRemoval(log, removal),
            RestoreDraft restore => PlaceRestoration(log, restore),
            PinDraft pin => PlacePin(log, pin),
            SettingsDraft settings => PlaceSettings(log, settings),
            CardDraft card => PlaceCard(log, card.Card),
            StageDraft stage => PlaceStage(log, stage),
            QuestionDraft question => PlaceMark(log, question),
            _ => throw new ArgumentException($"A log takes no {draft.GetType().Name}.", nameof(draft)),
        };
    }

    private AppendResult PlaceComment(LogHeadRow log, CommentDraft draft, byte[]? key)
    {
        var parent = draft.ReplyTo is { } replyTo ? Find(replyTo) : null;
        var placed = key is null || draft.IsApproved ? Find(draft.Id)?.ToEarlier(draft.Id, draft.Key?.Fingerprint) : null;
        var earlier = placed ?? (key is null ? null : _facts.Find(key));
        if (LogRules.AnswerOf(draft, log.Status, parent?.Facts, log.Head) is { } answer)
            return LogRules.FirstAnswer(draft, earlier) ?? answer;
        if (earlier is not null || _facts.Find(draft.Id) is not null)
            return LogRules.FirstAnswer(draft, earlier) ?? throw new InvalidOperationException($"The comment id {draft.Id} is in use by another comment.");

        // A reply to a reply belongs to the thread of the first comment.
        var thread = parent is null ? null : parent.Thread ?? draft.ReplyTo;
        var position = Next(log);
        _writes.Add(position.Seq, draft, thread);
        if (key is not null)
            _writes.AddKey(position.Seq, key, draft.Key!.Fingerprint);
        if (thread is { } root)
            _writes.CountReply(root, 1);
        _facts.Add(draft.Id, new KnownComment(true, position, _time, draft.Author.Id, thread) { Question = draft.Question }, key, draft.Key?.Fingerprint);
        return new AppendResult.Appended(new CommentEntry(position.Seq, new Comment(draft.Id, draft.Author, draft.Text, _time, position, thread, 0, draft.Mentions, default, draft.Question), draft.Client), log.Epoch);
    }

    private AppendResult PlaceRemoval(LogHeadRow log, RemovalDraft draft)
    {
        var comment = Find(draft.CommentId);
        if (LogRules.AnswerOf(draft, comment?.Facts) is { } answer)
            return answer;
        var position = Next(log);
        _writes.Add(position.Seq, EntryKind.Removal, draft.CommentId, draft.By, null);
        _writes.Remove(draft.CommentId, position.Seq);
        comment!.Removal = new Removal(position, _time, draft.By, IsErased: false);
        if (comment.Thread is { } root)
            _writes.CountReply(root, -1);
        if (_log is { } now && now.Pinned == draft.CommentId)
            _log = now with { Pinned = null };
        if (_log is { } staging && staging.Staged == draft.CommentId)
            _log = staging with { Staged = null };
        return new AppendResult.Appended(new RemovedEntry(position.Seq, _time, draft.CommentId), log.Epoch);
    }

    private AppendResult PlaceRestoration(LogHeadRow log, RestoreDraft draft)
    {
        var comment = Find(draft.CommentId);
        if (LogRules.AnswerOf(draft, comment?.Facts, log.Head) is { } answer)
            return answer;
        var position = Next(log);
        _writes.Add(position.Seq, EntryKind.Restoration, draft.CommentId, draft.By, null);
        _writes.Restore(draft.CommentId, comment!.Removal!.Value.Position.Seq);
        comment.Removal = null;
        if (comment.Thread is { } root)
            _writes.CountReply(root, 1);
        // With the comment as it is when it is committed.
        return new AppendResult.Appended(new RestoredEntry(position.Seq, _time, null!), log.Epoch);
    }

    private AppendResult PlacePin(LogHeadRow log, PinDraft draft)
    {
        var wanted = draft.CommentId is { } id ? Find(id) : null;
        if (LogRules.AnswerOf(draft, wanted?.Facts, log.Pinned, log.Head) is { } answer)
            return answer;
        var position = Next(log);
        _writes.Add(position.Seq, EntryKind.Pin, draft.CommentId, draft.By, null);
        _log = _log!.Value with { Pinned = draft.CommentId };
        return new AppendResult.Appended(new PinnedEntry(position.Seq, _time, null), log.Epoch);
    }

    private AppendResult PlaceSettings(LogHeadRow log, SettingsDraft draft)
    {
        var position = Next(log);
        _writes.Add(position.Seq, EntryKind.Settings, null, null, EventSettingsJson.Write(draft.Settings));
        return new AppendResult.Appended(new SettingsEntry(position.Seq, _time, draft.Settings), log.Epoch);
    }

    private AppendResult.Appended PlaceCard(LogHeadRow log, Card card)
    {
        var position = Next(log);
        _writes.Add(position.Seq, EntryKind.Card, null, null, CardJson.Write(card));
        return new AppendResult.Appended(new CardEntry(position.Seq, _time, card), log.Epoch);
    }

    private AppendResult PlaceStage(LogHeadRow log, StageDraft draft)
    {
        var wanted = draft.CommentId is { } id ? Find(id) : null;
        if (LogRules.AnswerOf(draft, wanted?.Facts, log.Staged, log.Head) is { } answer)
            return answer;
        var placed = PlaceCard(log, Card.OnStage(_id, draft.CommentId));
        _log = _log!.Value with { Staged = draft.CommentId };
        if (draft.CommentId is { } staged)
            _writes.Name(staged);
        return placed;
    }

    private AppendResult PlaceMark(LogHeadRow log, QuestionDraft draft)
    {
        var question = Find(draft.CommentId);
        if (LogRules.AnswerOf(draft, question?.Facts, log.Head) is { } answer)
            return answer;
        question!.Question = draft.Status;
        _writes.Mark(draft.CommentId, draft.Status);
        return PlaceCard(log, Card.OfQuestion(draft.CommentId, draft.Status));
    }

    private AppendResult PlaceStatus(StatusDraft draft)
    {
        _log ??= _facts.Head;
        var log = _log ?? throw new InvalidOperationException("A status found no log and created none.");
        var position = Next(log);
        _writes.Add(position.Seq, EntryKind.Status, null, null, ((byte)draft.Status).ToString(CultureInfo.InvariantCulture));
        _writes.SetStatus(draft.Status);
        _log = _log!.Value with { Status = draft.Status };
        return new AppendResult.Appended(new StatusEntry(position.Seq, _time, draft.Status), log.Epoch);
    }

    /// <summary>A comment of this log, removed or not; null when it has no such comment.</summary>
    private KnownComment? Find(CommentId id) => _facts.Find(id) is { IsHere: true } found ? found : null;

    private Position Next(LogHeadRow log)
    {
        _log = log with { LastSeq = log.LastSeq + 1 };
        return new Position(log.Epoch, log.LastSeq + 1);
    }
}
