using System.Collections.Concurrent;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>
/// What <see cref="LogRules"/> needs to know for a batch of drafts. It is read after the head, and the write that follows succeeds only while the head is the same: nobody has placed anything in
/// between, so the facts are still true.
/// </summary>
internal sealed class LogFacts
{
    private readonly ConcurrentDictionary<CommentId, KnownComment> _comments = [];
    private readonly ConcurrentDictionary<string, EarlierComment> _keys = new(StringComparer.Ordinal);

    /// <summary>The comment that is on stage; null when none is. Known where a draft may change it.</summary>
    public CommentId? Staged { get; set; }

    private LogFacts()
    {
    }

    /// <summary>Of drafts that name nothing.</summary>
    public static LogFacts None => new();

    /// <param name="keys">For each draft the stored form of its idempotency key, or null.</param>
    public static async Task<LogFacts> ReadAsync(LogStore store, LogHeadRow head, IReadOnlyList<EntryDraft> drafts, byte[]?[] keys, DateTimeOffset now, CancellationToken ct)
    {
        var facts = new LogFacts();
        await LogStore.EachAsync(keys.OfType<byte[]>().DistinctBy(Convert.ToHexString), async key =>
        {
            if (await store.FindKeyAsync(head, key, ct) is { } earlier && earlier.Time >= now - store.KeysFor)
                facts._keys[Convert.ToHexString(key)] = earlier;
        }, ct);
        await facts.ReadCommentsAsync(store, head, Ids(drafts), ct);
        if (drafts.Any(draft => draft is StageDraft or RemovalDraft))
            facts.Staged = await store.FindStagedAsync(head, ct);
        foreach (var question in drafts.OfType<QuestionDraft>().Select(draft => facts.Find(draft.CommentId)).OfType<KnownComment>().Distinct())
            question.Question = await store.FindStatusAsync(head, question.Position.Seq, ct);
        // Replies are counted at the first comment of their thread.
        await facts.ReadCommentsAsync(store, head, [.. facts._comments.Values.Select(comment => comment.Thread).OfType<CommentId>().Distinct()], ct);
        return facts;
    }

    /// <summary>A comment of this log, removed or not; null when it has no such comment.</summary>
    public KnownComment? Find(CommentId id) => _comments.GetValueOrDefault(id);

    /// <summary>What this log has under an idempotency key.</summary>
    public EarlierComment? Find(byte[] key) => _keys.TryGetValue(Convert.ToHexString(key), out var found) ? found : null;

    /// <summary>Later drafts of the batch know what earlier ones have placed.</summary>
    public void Add(KnownComment comment, byte[]? key, UInt128? fingerprint)
    {
        _comments[comment.Id] = comment;
        if (key is not null)
            _keys[Convert.ToHexString(key)] = comment.ToEarlier(fingerprint);
    }

    private Task ReadCommentsAsync(LogStore store, LogHeadRow head, IReadOnlyCollection<CommentId> ids, CancellationToken ct) => LogStore.EachAsync(ids.Where(id => !_comments.ContainsKey(id)).ToList(), async id =>
    {
        if (await store.FindCommentAsync(head, id, ct) is { } comment)
            _comments[id] = comment;
    }, ct);

    /// <summary>The comments that drafts name. A comment with a key is known by it, unless it was approved: nobody may remember its key any more.</summary>
    private static HashSet<CommentId> Ids(IReadOnlyList<EntryDraft> drafts)
    {
        var ids = new HashSet<CommentId>();
        foreach (var draft in drafts)
            switch (draft)
            {
                case CommentDraft comment:
                    if (comment.Key is null || comment.IsApproved)
                        ids.Add(comment.Id);
                    if (comment.ReplyTo is { } parent)
                        ids.Add(parent);
                    break;
                case RemovalDraft removal:
                    ids.Add(removal.CommentId);
                    break;
                case RestoreDraft restore:
                    ids.Add(restore.CommentId);
                    break;
                case PinDraft { CommentId: { } pinned }:
                    ids.Add(pinned);
                    break;
                case StageDraft { CommentId: { } staged }:
                    ids.Add(staged);
                    break;
                case QuestionDraft question:
                    ids.Add(question.CommentId);
                    break;
            }
        return ids;
    }
}
