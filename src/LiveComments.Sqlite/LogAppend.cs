using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Places one call's drafts in one log, inside the writer's transaction. <see cref="LogRules"/> decides; this gathers the facts and writes.</summary>
internal sealed class LogAppend
{
    private readonly SqliteConnection _connection;
    private readonly EventId _id;
    private readonly long _now;
    private LogRow? _log;
    private long _lastSeq;
    private EventStatus _status;
    private long? _pin;
    private CommentId? _staged;
    private long _time;

    private LogAppend(SqliteConnection connection, EventId id, long now)
    {
        _connection = connection;
        _id = id;
        _now = now;
        Enter(LogRow.Find(connection, id));
    }

    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="keys">For each draft the stored form of its idempotency key, or null.</param>
    public static IReadOnlyList<AppendResult> Run(SqliteConnection connection, EventId id, IReadOnlyList<EntryDraft> drafts, byte[]?[] keys, long now)
    {
        var append = new LogAppend(connection, id, now);
        var results = new AppendResult[drafts.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = append.Place(drafts[i], keys[i]);
        append.Leave();
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

    private AppendResult PlaceComment(LogRow log, CommentDraft draft, byte[]? key)
    {
        var entry = EntryKey.Of(log.Log, _lastSeq + 1);
        var parent = draft.ReplyTo is { } replyTo ? Find(log, replyTo) : null;
        if (LogRules.AnswerOf(draft, _status, parent?.Facts, new Position(log.Epoch, _lastSeq)) is { } answer)
            return LogRules.FirstAnswer(draft, FindEarlier(log, draft, key)) ?? answer;
        if (draft.IsApproved && LogRules.FirstAnswer(draft, FindEarlier(log, draft, key)) is { } first)
            return first;
        if (!Claim(log, draft, key, entry))
            return LogRules.FirstAnswer(draft, FindEarlier(log, draft, key)) ?? throw new InvalidOperationException($"The comment id {draft.Id} is in use by another comment.");

        // A reply to a reply belongs to the thread of the first comment.
        var thread = parent is { } answered ? (answered.Thread ?? answered.Entry, answered.ThreadId ?? draft.ReplyTo) : default((long? Entry, CommentId? Id));
        var mentions = draft.Mentions.Count == 0 ? null : EntryRow.WriteMentions(draft.Mentions);
        using (var insert = _connection.Statement("""
            INSERT INTO entries(entry, kind, time, thread, role, comment_id, user_id, username, display_name, avatar_url, text, mentions, client_platform, client_version, payload)
            VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """))
        {
            insert.Bind(1, entry.Value).Bind(2, _time).Bind(3, thread.Entry).Bind(4, (long)draft.Author.Role)
                .Bind(5, draft.Id.Value).Bind(6, draft.Author.Id.Value)
                .Bind(7, draft.Author.Username).Bind(8, draft.Author.DisplayName).Bind(9, draft.Author.AvatarUrl).Bind(10, draft.Text)
                .Bind(12, draft.Client?.Platform).Bind(13, draft.Client?.Version).Bind(14, draft.Question?.Name());
            if (mentions is null)
                insert.BindNull(11);
            else
                insert.Bind(11, mentions);
            insert.Run();
        }
        foreach (var user in draft.Mentions.Select(mention => mention.UserId).Distinct())
        {
            using var mention = _connection.Statement("INSERT INTO mentions(user_id, comment_id, entry) VALUES(?1, ?2, ?3)")
                .Bind(1, user.Value).Bind(2, draft.Id.Value).Bind(3, entry.Value);
            mention.Run();
        }
        if (thread.Entry is { } root)
            CountReply(root, 1);
        _lastSeq++;
        return new AppendResult.Appended(new CommentEntry(_lastSeq, new Comment(
            draft.Id, draft.Author, draft.Text, Time(_time), new Position(log.Epoch, _lastSeq), thread.Id, 0, draft.Mentions, default, draft.Question), draft.Client), log.Epoch);
    }

    /// <summary>A comment of this log, removed or not; null when it has no such comment.</summary>
    private CommentRow? Find(LogRow log, CommentId id)
    {
        using var row = _connection.Statement("""
            SELECT e.entry, e.user_id, e.thread, root.comment_id, e.removal, removal.time, removal.user_id, e.text IS NULL, e.payload
            FROM comment_ids i JOIN entries e ON e.entry = i.entry LEFT JOIN entries root ON root.entry = e.thread LEFT JOIN entries removal ON removal.entry = e.removal
            WHERE i.comment_id = ?1
            """).Bind(1, id.Value);
        if (!row.Step() || new EntryKey(row.Int64(0)).Log != log.Log)
            return null;
        var facts = new CommentFacts(new UserId(row.Id(1)), row.IsNull(4) ? null
            : new Removal(new Position(log.Epoch, new EntryKey(row.Int64(4)).Seq), Time(row.Int64(5)), new UserId(row.Id(6)), row.Int64(7) != 0), row.IsNull(8) ? null : QuestionStatuses.OfStored(row.Text(8)));
        return new CommentRow(row.Int64(0), facts, row.Int64OrNull(2), row.IsNull(3) ? null : new CommentId(row.Id(3)));
    }

    /// <summary>Takes the comment's id and idempotency key; false when the comment is there already, or its key was used.</summary>
    private bool Claim(LogRow log, CommentDraft draft, byte[]? key, EntryKey entry)
    {
        if (key is not null)
        {
            // One statement in the usual case, when nobody has used the key. A row left over from a deleted log is replaced.
            using var claim = _connection.Statement("""
                INSERT INTO idempotency(key, fingerprint, entry, time) VALUES(?1, ?2, ?3, ?4)
                ON CONFLICT(key) DO UPDATE SET fingerprint = excluded.fingerprint, entry = excluded.entry, time = excluded.time
                WHERE idempotency.entry >> 32 <> ?5
                """);
            claim.Bind(1, key).Bind(2, draft.Key!.Fingerprint).Bind(3, entry.Value).Bind(4, _time).Bind(5, log.Log);
            if (claim.Run() == 0)
                return false;
        }
        using var id = _connection.Statement("INSERT INTO comment_ids(comment_id, entry) VALUES(?1, ?2) ON CONFLICT DO NOTHING")
            .Bind(1, draft.Id.Value).Bind(2, entry.Value);
        if (id.Run() > 0)
            return true;
        return key is null ? false : throw new InvalidOperationException($"The comment id {draft.Id} is in use under another idempotency key.");
    }

    /// <summary>The comment of an earlier try: found by the draft's key or, without one, by its id. One that was approved is looked for under its id first.</summary>
    private EarlierComment? FindEarlier(LogRow log, CommentDraft draft, byte[]? key) =>
        draft.IsApproved && key is not null && Earlier(log, draft, null) is { } placed ? placed with { Fingerprint = draft.Key!.Fingerprint } : Earlier(log, draft, key);

    private EarlierComment? Earlier(LogRow log, CommentDraft draft, byte[]? key)
    {
        using var row = key is null
            ? _connection.Statement("SELECT e.entry, e.time, e.user_id, e.comment_id FROM comment_ids i JOIN entries e ON e.entry = i.entry WHERE i.comment_id = ?1").Bind(1, draft.Id.Value)
            : _connection.Statement("SELECT e.entry, e.time, e.user_id, e.comment_id, i.fingerprint FROM idempotency i JOIN entries e ON e.entry = i.entry WHERE i.key = ?1").Bind(1, key);
        return row.Step() && new EntryKey(row.Int64(0)) is var found && found.Log == log.Log
            ? new EarlierComment(new CommentId(row.Id(3)), new UserId(row.Id(2)), new Position(log.Epoch, found.Seq), Time(row.Int64(1)), key is null ? null : row.UInt128(4))
            : null;
    }

    private AppendResult PlaceRemoval(LogRow log, RemovalDraft draft)
    {
        var found = Find(log, draft.CommentId);
        if (LogRules.AnswerOf(draft, found?.Facts) is { } answer)
            return answer;
        var comment = found!.Value;
        var removal = EntryKey.Of(log.Log, ++_lastSeq);
        using (var insert = _connection.Statement("INSERT INTO entries(entry, kind, time, comment_id, user_id) VALUES(?1, 2, ?2, ?3, ?4)")
            .Bind(1, removal.Value).Bind(2, _time).Bind(3, draft.CommentId.Value).Bind(4, draft.By.Value))
            insert.Run();
        using (var mark = _connection.Statement("UPDATE entries SET removal = ?2 WHERE entry = ?1").Bind(1, comment.Entry).Bind(2, removal.Value))
            mark.Run();
        if (comment.Thread is { } root)
            CountReply(root, -1);
        if (_staged == draft.CommentId)
            Stage(log, null);
        return new AppendResult.Appended(new RemovedEntry(_lastSeq, Time(_time), draft.CommentId), log.Epoch);
    }

    private AppendResult PlaceRestoration(LogRow log, RestoreDraft draft)
    {
        var found = Find(log, draft.CommentId);
        if (LogRules.AnswerOf(draft, found?.Facts, new Position(log.Epoch, _lastSeq)) is { } answer)
            return answer;
        var (comment, removal) = (found!.Value, found.Value.Facts.Removal!.Value);
        var restoration = EntryKey.Of(log.Log, ++_lastSeq).Value;
        using (var insert = _connection.Statement("INSERT INTO entries(entry, kind, time, comment_id, user_id) VALUES(?1, 6, ?2, ?3, ?4)")
            .Bind(1, restoration).Bind(2, _time).Bind(3, draft.CommentId.Value).Bind(4, draft.By.Value))
            insert.Run();
        using (var mark = _connection.Statement("UPDATE entries SET removal = NULL WHERE entry = ?1").Bind(1, comment.Entry))
            mark.Run();
        // A removal that points to itself has been dealt with: its text is not to be erased.
        using (var close = _connection.Statement("UPDATE entries SET removal = entry WHERE entry = ?1").Bind(1, EntryKey.Of(log.Log, removal.Position.Seq).Value))
            close.Run();
        if (comment.Thread is { } root)
            CountReply(root, 1);
        // Its removal has unpinned it.
        if (_pin is { } pin && EntryRow.FindNamed(_connection, pin, log.Epoch)?.Id == draft.CommentId)
        {
            using var unpin = _connection.Statement("UPDATE logs SET pin = NULL WHERE log = ?1").Bind(1, log.Log);
            unpin.Run();
            _pin = null;
        }
        return new AppendResult.Appended(new RestoredEntry(_lastSeq, Time(_time), EntryRow.FindNamed(_connection, restoration, log.Epoch)!), log.Epoch);
    }

    private AppendResult PlacePin(LogRow log, PinDraft draft)
    {
        var pinned = _pin is { } last ? EntryRow.FindNamed(_connection, last, log.Epoch) : null;
        var wanted = draft.CommentId is { } id ? Find(log, id) : null;
        if (LogRules.AnswerOf(draft, wanted?.Facts, pinned?.Id, new Position(log.Epoch, _lastSeq)) is { } answer)
            return answer;
        var pin = EntryKey.Of(log.Log, ++_lastSeq).Value;
        using (var insert = _connection.Statement("INSERT INTO entries(entry, kind, time, comment_id, user_id) VALUES(?1, 5, ?2, ?3, ?4)")
            .Bind(1, pin).Bind(2, _time).Bind(4, draft.By.Value))
        {
            if (draft.CommentId is { } comment)
                insert.Bind(3, comment.Value);
            else
                insert.BindNull(3);
            insert.Run();
        }
        using (var mark = _connection.Statement("UPDATE logs SET pin = ?2 WHERE log = ?1").Bind(1, log.Log).Bind(2, pin))
            mark.Run();
        _pin = pin;
        return new AppendResult.Appended(new PinnedEntry(_lastSeq, Time(_time), EntryRow.FindNamed(_connection, pin, log.Epoch)), log.Epoch);
    }

    private AppendResult PlaceSettings(LogRow log, SettingsDraft draft)
    {
        using var insert = _connection.Statement("INSERT INTO entries(entry, kind, time, payload) VALUES(?1, 3, ?2, ?3)")
            .Bind(1, EntryKey.Of(log.Log, ++_lastSeq).Value).Bind(2, _time).Bind(3, EventSettingsJson.Write(draft.Settings));
        insert.Run();
        return new AppendResult.Appended(new SettingsEntry(_lastSeq, Time(_time), draft.Settings), log.Epoch);
    }

    private AppendResult.Appended PlaceCard(LogRow log, Card card, Comment? staged = null)
    {
        using var insert = _connection.Statement("INSERT INTO entries(entry, kind, time, payload) VALUES(?1, 7, ?2, ?3)")
            .Bind(1, EntryKey.Of(log.Log, ++_lastSeq).Value).Bind(2, _time).Bind(3, CardJson.Write(card));
        insert.Run();
        return new AppendResult.Appended(new CardEntry(_lastSeq, Time(_time), card, staged), log.Epoch);
    }

    private AppendResult PlaceStage(LogRow log, StageDraft draft)
    {
        var wanted = draft.CommentId is { } id ? Find(log, id) : null;
        if (LogRules.AnswerOf(draft, wanted?.Facts, _staged, new Position(log.Epoch, _lastSeq)) is { } answer)
            return answer;
        Stage(log, draft.CommentId);
        return PlaceCard(log, Card.OnStage(_id, draft.CommentId), draft.CommentId is { } staged ? EntryRow.Find(_connection, staged, log.Epoch) : null);
    }

    private void Stage(LogRow log, CommentId? comment)
    {
        using var mark = _connection.Statement("UPDATE logs SET staged = ?2 WHERE log = ?1").Bind(1, log.Log);
        if (comment is { } staged)
            mark.Bind(2, staged.Value);
        else
            mark.BindNull(2);
        mark.Run();
        _staged = comment;
    }

    private AppendResult PlaceMark(LogRow log, QuestionDraft draft)
    {
        var question = Find(log, draft.CommentId);
        if (LogRules.AnswerOf(draft, question?.Facts, new Position(log.Epoch, _lastSeq)) is { } answer)
            return answer;
        using (var mark = _connection.Statement("UPDATE entries SET payload = ?2 WHERE entry = ?1").Bind(1, question!.Value.Entry).Bind(2, draft.Status.Name()))
            mark.Run();
        return PlaceCard(log, Card.OfQuestion(draft.CommentId, draft.Status));
    }

    private AppendResult PlaceStatus(StatusDraft draft)
    {
        if (_log is not { } log)
            Enter(log = LogRow.Create(_connection, _id, draft.Status, _now));
        using var insert = _connection.Statement("INSERT INTO entries(entry, kind, time, payload) VALUES(?1, 4, ?2, ?3)")
            .Bind(1, EntryKey.Of(log.Log, ++_lastSeq).Value).Bind(2, _time).Bind(3, (long)draft.Status);
        insert.Run();
        _status = draft.Status;
        using var mark = _connection.Statement("UPDATE logs SET status = ?2, ended_at = ?3 WHERE log = ?1")
            .Bind(1, log.Log).Bind(2, (long)draft.Status).Bind(3, draft.Status == EventStatus.Ended ? _time : null);
        mark.Run();
        return new AppendResult.Appended(new StatusEntry(_lastSeq, Time(_time), draft.Status), log.Epoch);
    }

    private void CountReply(long root, long change)
    {
        using var count = _connection.Statement("UPDATE entries SET reply_count = reply_count + ?2 WHERE entry = ?1").Bind(1, root).Bind(2, change);
        count.Run();
    }

    private void Enter(LogRow? found)
    {
        _log = found;
        if (found is not { } log)
            return;
        _lastSeq = log.LastSeq;
        _status = log.Status;
        _pin = log.Pin;
        _staged = log.Staged;
        _time = LogRules.TimeOf(Time(_now), Time(log.LastTime)).ToUnixTimeMilliseconds();
    }

    private void Leave()
    {
        if (_log is not { } log || _lastSeq == log.LastSeq)
            return;
        using var update = _connection.Statement("UPDATE logs SET last_seq = ?2, last_time = ?3 WHERE log = ?1")
            .Bind(1, log.Log).Bind(2, _lastSeq).Bind(3, _time);
        update.Run();
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <param name="Thread">The row of the first comment of its thread; null when it starts its own, as is <paramref name="ThreadId"/>.</param>
    private readonly record struct CommentRow(long Entry, CommentFacts Facts, long? Thread, CommentId? ThreadId);
}
