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
    private Comment? _pinned;
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

    /// <summary>The comment that is pinned; null when none is.</summary>
    public Comment? Pinned
    {
        get
        {
            lock (_entries)
                return _pinned is { } pinned && !_removals.ContainsKey(pinned.Id) ? pinned : null;
        }
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
    public IReadOnlyList<Entry> Place(params EntryDraft[] drafts) => [.. PlaceAll(drafts).OfType<AppendResult.Appended>().Select(result => result.Entry)];

    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct) => new([.. PlaceAll(drafts)]);

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

    public static CommentDraft Comment(string text, string? key = null, Role role = Role.Viewer) => new(
        new CommentId(Guid.NewGuid()), new Author(new UserId(Guid.NewGuid()), "somebody", "Somebody", null, role), text, null, [], null, key is null ? null : new IdempotencyKey(key, 1));

    private List<AppendResult> PlaceAll(IReadOnlyList<EntryDraft> drafts)
    {
        lock (_entries)
            return [.. drafts.Select(Place)];
    }

    private AppendResult Place(EntryDraft draft)
    {
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
                var placed = new CommentEntry(seq, new Comment(comment.Id, comment.Author, comment.Text, time, new Position(Epoch, seq), thread, 0, comment.Mentions, default), comment.Client);
                if (comment.Key is { } key)
                    _byKey[(comment.Author.Id, key.Value)] = (key.Fingerprint, placed);
                entry = _comments[comment.Id] = placed;
                break;
            case RemovalDraft removal:
                if (LogRules.AnswerOf(removal, FactsOf(removal.CommentId)) is { } unremoved)
                    return unremoved;
                _removals[removal.CommentId] = (seq, removal.By);
                entry = new RemovedEntry(seq, time, removal.CommentId);
                break;
            case RestoreDraft restore:
                if (LogRules.AnswerOf(restore, FactsOf(restore.CommentId), new Position(Epoch, _entries.Count)) is { } unrestored)
                    return unrestored;
                _removals.Remove(restore.CommentId);
                if (Pinned?.Id == restore.CommentId)
                    _pinned = null;
                entry = new RestoredEntry(seq, time, _comments[restore.CommentId].Comment);
                break;
            case PinDraft pin:
                if (LogRules.AnswerOf(pin, FactsOf(pin.CommentId), Pinned?.Id, new Position(Epoch, _entries.Count)) is { } unpinned)
                    return unpinned;
                _pinned = pin.CommentId is { } wanted ? _comments[wanted].Comment : null;
                entry = new PinnedEntry(seq, time, Pinned);
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
        ? new CommentFacts(found.Comment.Author.Id, _removals.TryGetValue(named, out var removal) ? new Removal(new Position(Epoch, removal.Seq), DateTimeOffset.UnixEpoch.AddSeconds(removal.Seq), removal.By, IsErased: false) : null)
        : null;

    private EarlierComment? FindEarlier(CommentDraft draft)
    {
        if (draft.Key is not { } key)
            return _comments.TryGetValue(draft.Id, out var same) ? Earlier(same, null) : null;
        return _byKey.TryGetValue((draft.Author.Id, key.Value), out var first) ? Earlier(first.Entry, first.Fingerprint) : null;
    }

    private static EarlierComment Earlier(CommentEntry entry, UInt128? fingerprint) =>
        new(entry.Comment.Id, entry.Comment.Author.Id, entry.Comment.Position, entry.Time, fingerprint);

    /// <summary>A removed comment's place holds its removal, and nothing else holds its text.</summary>
    protected virtual Entry Seen(Entry entry)
    {
        var comment = entry switch { CommentEntry placed => placed.Comment, PinnedEntry pin => pin.Comment, RestoredEntry restored => restored.Comment, _ => null };
        return comment is not null && _removals.ContainsKey(comment.Id) ? entry.Without(comment.Id) : entry;
    }
}
