using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Tests.Feeds;

/// <summary>One event's log in memory, as simple as its promises: what feeds are compared with.</summary>
internal class MemoryLog : IEventLog
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<CommentId, CommentEntry> _comments = [];
    private readonly Dictionary<(UserId, string), (UInt128 Fingerprint, CommentEntry Entry)> _byKey = [];
    private readonly Dictionary<CommentId, (long Seq, UserId By)> _removals = [];
    private readonly Dictionary<CommentId, QuestionStatus> _questions = [];
    private CommentId? _pinned, _staged;
    private EventStatus _status = EventStatus.Live;

    public static EventId Id { get; } = new(Guid.Parse("0198c0de-0000-7000-8000-000000000001"));

    public long Epoch => 7;

    /// <summary>Reads to refuse before one is answered.</summary>
    public int Unavailable { get; set; }

    public int Reads { get; private set; }

    public long Head
    {
        get
        {
            lock (_entries)
                return _entries.Count;
        }
    }

    /// <summary>The entry with a seq as a reader of now sees it.</summary>
    public Entry this[long seq]
    {
        get
        {
            lock (_entries)
                return Seen(_entries[(int)seq - 1]);
        }
    }

    /// <summary>The comment that is pinned, as a reader of now sees it; null when none is.</summary>
    public Comment? Pinned
    {
        get
        {
            lock (_entries)
                return Find(_pinned);
        }
    }

    /// <summary>The comment that is on stage; likewise.</summary>
    public Comment? Staged
    {
        get
        {
            lock (_entries)
                return Find(_staged);
        }
    }

    /// <summary>What has become of a comment that was asked as a question; null of others.</summary>
    public QuestionStatus? Question(CommentId id)
    {
        lock (_entries)
            return _questions.TryGetValue(id, out var status) ? status : null;
    }

    /// <summary>True for what may be left out where not everything is shown.</summary>
    public bool IsComment(long seq)
    {
        lock (_entries)
            return _entries[(int)seq - 1] is CommentEntry;
    }

    public bool IsRemoved(CommentId id)
    {
        lock (_entries)
            return _removals.ContainsKey(id);
    }

    /// <summary>Entries as they were when they were placed.</summary>
    public IReadOnlyList<Entry> Place(params EntryDraft[] drafts) => [.. PlaceAll(Id, drafts).OfType<AppendResult.Appended>().Select(result => result.Entry)];

    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct) => new([.. PlaceAll(id, drafts)]);

    public virtual async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct)
    {
        // Read now, answered later: the log may have gone on meanwhile, as with a real store.
        LogPage page;
        lock (_entries)
        {
            Reads++;
            if (Unavailable > 0)
            {
                Unavailable--;
                throw new StoreUnavailableException("It was asked to be.");
            }
            page = new LogPage([.. _entries.Skip((int)afterSeq).Take(limit).Select(Seen)], new Position(Epoch, _entries.Count));
        }
        await Task.Yield();
        return page;
    }

    public ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct)
    {
        lock (_entries)
            return new(new LogPage([.. _entries.Where(entry => entry.Seq < beforeSeq).TakeLast(limit).Select(Seen)], new Position(Epoch, _entries.Count)));
    }

    public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => throw new NotSupportedException();

    public static CommentDraft Comment(string text, string? key = null, Role role = Role.Viewer, bool isQuestion = false) => new(
        new CommentId(Guid.NewGuid()), new Author(new UserId(Guid.NewGuid()), "somebody", "Somebody", null, role), text, null, [], null, key is null ? null : new IdempotencyKey(key, 1), IsQuestion: isQuestion);

    private List<AppendResult> PlaceAll(EventId id, IReadOnlyList<EntryDraft> drafts)
    {
        lock (_entries)
            return [.. drafts.Select(draft => Place(id, draft))];
    }

    private AppendResult Place(EventId id, EntryDraft draft)
    {
        var head = new Position(Epoch, _entries.Count);
        var seq = _entries.Count + 1;
        var time = DateTimeOffset.UnixEpoch.AddSeconds(seq);
        Entry entry;
        switch (draft)
        {
            case CommentDraft comment:
                var earlier = FindEarlier(comment);
                if (LogRules.RefusalOf(comment, _status, FactsOf(comment.ReplyTo)) is { } refusal)
                    return LogRules.FirstAnswer(comment, earlier) ?? refusal;
                if (LogRules.FirstAnswer(comment, earlier) is { } answer)
                    return answer;
                var thread = comment.ReplyTo is { } parent ? _comments[parent].Comment.ReplyTo ?? parent : (CommentId?)null;
                var placed = new CommentEntry(seq, new Comment(comment.Id, comment.Author, comment.Text, time, new Position(Epoch, seq), thread, 0, comment.Mentions, default, comment.Question), comment.Client);
                if (comment.IsQuestion)
                    _questions[comment.Id] = QuestionStatus.Open;
                if (comment.Key is { } key)
                    _byKey[(comment.Author.Id, key.Value)] = (key.Fingerprint, placed);
                entry = _comments[comment.Id] = placed;
                break;
            case RemovalDraft removal:
                if (LogRules.AnswerOf(removal, FactsOf(removal.CommentId)) is { } unremoved)
                    return unremoved;
                _removals[removal.CommentId] = (seq, removal.By);
                // Restored, it is not shown there again.
                if (_pinned == removal.CommentId)
                    _pinned = null;
                if (_staged == removal.CommentId)
                    _staged = null;
                entry = new RemovedEntry(seq, time, removal.CommentId);
                break;
            case RestoreDraft restore:
                if (LogRules.AnswerOf(restore, FactsOf(restore.CommentId), head) is { } unrestored)
                    return unrestored;
                _removals.Remove(restore.CommentId);
                entry = new RestoredEntry(seq, time, Find(restore.CommentId)!);
                break;
            case PinDraft pin:
                if (LogRules.AnswerOf(pin, FactsOf(pin.CommentId), _pinned, head) is { } unpinned)
                    return unpinned;
                _pinned = pin.CommentId;
                entry = new PinnedEntry(seq, time, Find(_pinned));
                break;
            case StageDraft stage:
                if (LogRules.AnswerOf(stage, FactsOf(stage.CommentId), _staged, head) is { } unstaged)
                    return unstaged;
                _staged = stage.CommentId;
                entry = new CardEntry(seq, time, Card.OnStage(id, _staged), Find(_staged));
                break;
            case QuestionDraft question:
                if (LogRules.AnswerOf(question, FactsOf(question.CommentId), head) is { } unmarked)
                    return unmarked;
                _questions[question.CommentId] = question.Status;
                entry = new CardEntry(seq, time, Card.OfQuestion(question.CommentId, question.Status));
                break;
            case SettingsDraft settings:
                entry = new SettingsEntry(seq, time, settings.Settings);
                break;
            case StatusDraft status:
                _status = status.Status;
                entry = new StatusEntry(seq, time, _status);
                break;
            default:
                throw new NotSupportedException();
        }
        _entries.Add(entry);
        return new AppendResult.Appended(entry, Epoch);
    }

    private CommentFacts? FactsOf(CommentId? id) => id is { } named && _comments.TryGetValue(named, out var found)
        ? new CommentFacts(found.Comment.Author.Id, _removals.TryGetValue(named, out var removal) ? new Removal(new Position(Epoch, removal.Seq), DateTimeOffset.UnixEpoch.AddSeconds(removal.Seq), removal.By, IsErased: false) : null, Question(named))
        : null;

    private Comment? Find(CommentId? id) => id is { } named ? _comments[named].Comment with { Question = Question(named) } : null;

    private EarlierComment? FindEarlier(CommentDraft draft)
    {
        if (draft.Key is not { } key)
            return _comments.TryGetValue(draft.Id, out var same) ? Earlier(same, null) : null;
        return _byKey.TryGetValue((draft.Author.Id, key.Value), out var first) ? Earlier(first.Entry, first.Fingerprint) : null;
    }

    private static EarlierComment Earlier(CommentEntry entry, UInt128? fingerprint) =>
        new(entry.Comment.Id, entry.Comment.Author.Id, entry.Comment.Position, entry.Time, fingerprint);

    /// <summary>A removed comment's place holds its removal, and nothing else holds its text. A question says what has become of it by now.</summary>
    protected virtual Entry Seen(Entry entry)
    {
        var comment = entry switch { CommentEntry placed => placed.Comment, PinnedEntry pin => pin.Comment, CardEntry card => card.Comment, RestoredEntry restored => restored.Comment, _ => null };
        if (comment is null)
            return entry;
        if (_removals.ContainsKey(comment.Id))
            return entry.Without(comment.Id);
        var now = Find(comment.Id)!;
        return entry switch
        {
            CommentEntry placed => placed with { Comment = now },
            PinnedEntry pin => pin with { Comment = now },
            CardEntry card => card with { Comment = now },
            RestoredEntry restored => restored with { Comment = now },
            _ => entry,
        };
    }
}
