using System.Globalization;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>What a batch of drafts becomes in a log with a known end: <see cref="LogRules"/> decides, this numbers and counts. Nothing is written.</summary>
internal sealed class LogPlacement
{
    /// <summary>The payload of the removal of a comment that was on stage.</summary>
    public const string OffStage = "off-stage";

    private readonly List<LogEntry> _entries = [];
    private readonly LogFacts _facts;
    private readonly DateTimeOffset _time;
    private bool _exists;

    /// <param name="keys">For each draft the stored form of its idempotency key, or null.</param>
    /// <param name="now">In milliseconds.</param>
    public LogPlacement(LogHeadRow head, LogFacts facts, IReadOnlyList<EntryDraft> drafts, byte[]?[] keys, DateTimeOffset now)
    {
        (Head, _facts, _time, _exists) = (head, facts, LogRules.TimeOf(now, head.Time), head.IsBegun);
        Results = new AppendResult[drafts.Count];
        for (var i = 0; i < drafts.Count; i++)
            Results[i] = Place(drafts[i], keys[i]);
    }

    /// <summary>In the order of the drafts. Entries of pins and restorations have no comment yet.</summary>
    public AppendResult[] Results { get; }

    /// <summary>What is to be written.</summary>
    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>The end of the log after them.</summary>
    public LogHeadRow Head { get; private set; }

    private AppendResult Place(EntryDraft draft, byte[]? key) => draft switch
    {
        StatusDraft status => PlaceStatus(status),
        _ when !_exists => new AppendResult.Refused(Error.EventNotFound),
        CommentDraft comment => PlaceComment(comment, key),
        RemovalDraft removal => PlaceRemoval(removal),
        RestoreDraft restore => PlaceRestoration(restore),
        PinDraft pin => PlacePin(pin),
        SettingsDraft settings => PlaceSettings(settings),
        CardDraft card => PlaceCard(card.Card),
        StageDraft stage => PlaceStage(stage),
        QuestionDraft question => PlaceMark(question),
        _ => throw new ArgumentException($"A log takes no {draft.GetType().Name}.", nameof(draft)),
    };

    private AppendResult PlaceComment(CommentDraft draft, byte[]? key)
    {
        var parent = draft.ReplyTo is { } replyTo ? _facts.Find(replyTo) : null;
        var placed = key is null || draft.IsApproved ? _facts.Find(draft.Id)?.ToEarlier(draft.Key?.Fingerprint) : null;
        var earlier = placed ?? (key is null ? null : _facts.Find(key));
        if (LogRules.AnswerOf(draft, Head.Status, parent?.Facts, Head.Head) is { } answer)
            return LogRules.FirstAnswer(draft, earlier) ?? answer;
        if (earlier is not null || _facts.Find(draft.Id) is not null)
            return LogRules.FirstAnswer(draft, earlier) ?? throw new InvalidOperationException($"The comment id {draft.Id} is in use by another comment.");

        // A reply to a reply belongs to the thread of the first comment.
        var thread = parent is null ? null : parent.Thread ?? draft.ReplyTo;
        var position = Next();
        var (threadSeq, replies) = CountReply(thread, 1);
        _entries.Add(new LogEntry(position.Seq, EntryKind.Comment, _time, draft.Id, draft.Author.Id, thread, null, threadSeq, replies, key, draft.Key?.Fingerprint) { Draft = draft, Payload = draft.Question?.Name(), Mentions = draft.Mentions });
        _facts.Add(new KnownComment(draft.Id, position, _time, draft.Author.Id, thread) { Question = draft.Question }, key, draft.Key?.Fingerprint);
        return new AppendResult.Appended(new CommentEntry(position.Seq, new Comment(draft.Id, draft.Author, draft.Text, _time, position, thread, 0, draft.Mentions, default, draft.Question), draft.Client), Head.Epoch);
    }

    private AppendResult PlaceRemoval(RemovalDraft draft)
    {
        var comment = _facts.Find(draft.CommentId);
        if (LogRules.AnswerOf(draft, comment?.Facts) is { } answer)
            return answer;
        var position = Next();
        AddChange(position, EntryKind.Removal, comment!, draft.By, -1);
        comment!.Removal = new Removal(position, _time, draft.By, IsErased: false);
        if (Head.Pinned == draft.CommentId)
            Head = Head with { Pinned = null };
        if (_facts.Staged == draft.CommentId)
        {
            _entries[^1] = _entries[^1] with { Payload = OffStage };
            _facts.Staged = null;
        }
        return new AppendResult.Appended(new RemovedEntry(position.Seq, _time, draft.CommentId), Head.Epoch);
    }

    private AppendResult PlaceRestoration(RestoreDraft draft)
    {
        var comment = _facts.Find(draft.CommentId);
        if (LogRules.AnswerOf(draft, comment?.Facts, Head.Head) is { } answer)
            return answer;
        var position = Next();
        AddChange(position, EntryKind.Restoration, comment!, draft.By, 1);
        comment!.Removal = null;
        return new AppendResult.Appended(new RestoredEntry(position.Seq, _time, null!), Head.Epoch);
    }

    private AppendResult PlacePin(PinDraft draft)
    {
        var wanted = draft.CommentId is { } id ? _facts.Find(id) : null;
        if (LogRules.AnswerOf(draft, wanted?.Facts, Head.Pinned, Head.Head) is { } answer)
            return answer;
        var position = Next();
        _entries.Add(new LogEntry(position.Seq, EntryKind.Pin, _time, draft.CommentId, draft.By));
        Head = Head with { Pinned = draft.CommentId };
        return new AppendResult.Appended(new PinnedEntry(position.Seq, _time, null), Head.Epoch);
    }

    private AppendResult PlaceSettings(SettingsDraft draft)
    {
        var position = Next();
        _entries.Add(new LogEntry(position.Seq, EntryKind.Settings, _time, null, null) { Payload = EventSettingsJson.Write(draft.Settings) });
        return new AppendResult.Appended(new SettingsEntry(position.Seq, _time, draft.Settings), Head.Epoch);
    }

    private AppendResult.Appended PlaceCard(Card card, long? about = null)
    {
        var position = Next();
        _entries.Add(new LogEntry(position.Seq, EntryKind.Card, _time, null, null, CommentSeq: about) { Payload = CardJson.Write(card) });
        return new AppendResult.Appended(new CardEntry(position.Seq, _time, card), Head.Epoch);
    }

    private AppendResult PlaceStage(StageDraft draft)
    {
        var wanted = draft.CommentId is { } id ? _facts.Find(id) : null;
        if (LogRules.AnswerOf(draft, wanted?.Facts, _facts.Staged, Head.Head) is { } answer)
            return answer;
        _facts.Staged = draft.CommentId;
        return PlaceCard(Card.OnStage(Head.Event, draft.CommentId));
    }

    private AppendResult PlaceMark(QuestionDraft draft)
    {
        var question = _facts.Find(draft.CommentId);
        if (LogRules.AnswerOf(draft, question?.Facts, Head.Head) is { } answer)
            return answer;
        question!.Question = draft.Status;
        return PlaceCard(Card.OfQuestion(draft.CommentId, draft.Status), question.Position.Seq);
    }

    private AppendResult PlaceStatus(StatusDraft draft)
    {
        _exists = true;
        var position = Next();
        _entries.Add(new LogEntry(position.Seq, EntryKind.Status, _time, null, null) { Payload = ((byte)draft.Status).ToString(CultureInfo.InvariantCulture) });
        Head = Head with { Status = draft.Status };
        return new AppendResult.Appended(new StatusEntry(position.Seq, _time, draft.Status), Head.Epoch);
    }

    private void AddChange(Position position, EntryKind kind, KnownComment comment, UserId by, int replies)
    {
        var (threadSeq, count) = CountReply(comment.Thread, replies);
        _entries.Add(new LogEntry(position.Seq, kind, _time, comment.Id, by, null, comment.Position.Seq, threadSeq, count));
    }

    private (long? ThreadSeq, int? Replies) CountReply(CommentId? thread, int change)
    {
        if (thread is not { } id || _facts.Find(id) is not { } root)
            return (null, null);
        root.Replies += change;
        return (root.Position.Seq, root.Replies);
    }

    private Position Next()
    {
        Head = Head with { Seq = Head.Seq + 1, Time = _time };
        return Head.Head;
    }
}
