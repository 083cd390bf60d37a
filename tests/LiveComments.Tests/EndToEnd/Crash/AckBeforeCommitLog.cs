using System.Collections.Concurrent;
using System.Threading.Channels;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>A log that answers with the places its entries will have, and stores them 300 ms later: fast, and wrong.</summary>
internal sealed class AckBeforeCommitLog : IEventLog
{
    private readonly IEventLog _inner;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<EventId, LogHead> _heads = new();
    private readonly ConcurrentDictionary<string, bool> _keys = new();
    private readonly Channel<(EventId Id, IReadOnlyList<EntryDraft> Drafts, long Due)> _later = Channel.CreateUnbounded<(EventId, IReadOnlyList<EntryDraft>, long)>();

    public AckBeforeCommitLog(IEventLog inner, TimeProvider time)
    {
        _inner = inner;
        _time = time;
        _ = StoreLaterAsync();
    }

    public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        // Only first tries of comments are answered early; everything else waits until nothing is owed any more.
        if (!drafts.All(draft => draft is CommentDraft { Key: { } key, ReplyTo: null } comment && _keys.TryAdd($"{comment.Author.Id}{key.Value}", true)))
        {
            while (_later.Reader.Count > 0)
                await Task.Delay(20, ct);
            _heads.TryRemove(id, out _);
            return await _inner.AppendAsync(id, drafts, ct);
        }
        if (!_heads.TryGetValue(id, out var head))
            head = (await _inner.HeadsAsync([id], ct))[id];
        var results = new List<AppendResult>();
        foreach (var draft in drafts.Cast<CommentDraft>())
        {
            head = head with { Position = head.Position with { Seq = head.Position.Seq + 1 }, Time = _time.GetUtcNow() };
            results.Add(new AppendResult.Appended(new CommentEntry(head.Position.Seq,
                new Comment(draft.Id, draft.Author, draft.Text, head.Time, head.Position, null, 0, draft.Mentions, default)), head.Position.Epoch));
        }
        _heads[id] = head;
        await _later.Writer.WriteAsync((id, drafts, Environment.TickCount64 + 300), ct);
        return results;
    }

    public ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => _inner.ReadAsync(id, afterSeq, limit, ct);

    public ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => _inner.ReadLatestAsync(id, beforeSeq, limit, ct);

    public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => _inner.HeadsAsync(ids, ct);

    public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => _inner.DeleteAsync(id, ct);

    private async Task StoreLaterAsync()
    {
        while (await _later.Reader.WaitToReadAsync())
        {
            // Left in the queue until it is stored, so that what waits for the queue to be empty waits for the store.
            _later.Reader.TryPeek(out var next);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, next.Due - Environment.TickCount64)));
            await _inner.AppendAsync(next.Id, next.Drafts, CancellationToken.None);
            _later.Reader.TryRead(out _);
        }
    }
}
