using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Server.Moderation.Live;

/// <summary>
/// Who wrote their first comment in an event lately, as moderators of this node watch it. Read from the log and asked of the store once for each author, so it is the same on all nodes and whenever
/// somebody begins to watch, and costs whoever writes nothing.
/// </summary>
internal sealed class FirstComments(EventId id, IEventLog log, ICommentQueries comments)
{
    /// <summary>Entries that are read at once, and at the beginning.</summary>
    private const int Page = 500;

    /// <summary>Pages of one turn: what is left of a rush is read in the next turn.</summary>
    private const int Pages = 10;

    /// <summary>First comments that are shown to whoever begins to watch.</summary>
    private const int Shown = 500;

    /// <summary>Authors that are remembered, about 5 MB; beyond it all are asked about again.</summary>
    private const int Remembered = 100_000;

    /// <summary>Where the first comment of each known author stands; null of one who has written none.</summary>
    private readonly Dictionary<UserId, long?> _firsts = [];
    private readonly List<CommentId> _found = [];
    private long? _read;

    /// <summary>How many were found since the beginning.</summary>
    public long Count { get; private set; }

    /// <summary>The latest of them, in their order.</summary>
    public IReadOnlyList<CommentId> Latest => [.. _found];

    /// <summary>Reads what is new in the log.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask ReadAsync(CancellationToken ct)
    {
        for (var pages = 0; pages < Pages; pages++)
        {
            var page = _read is { } read ? await log.ReadAsync(id, read, Page, ct) : await log.ReadLatestAsync(id, long.MaxValue, Page, ct);
            if (page is null || page.Entries.Count == 0)
                return;
            List<Comment> written = [.. page.Entries.Select(entry => entry switch { CommentEntry one => one.Comment, RestoredEntry one => one.Comment, _ => null }).OfType<Comment>()];
            await AskAsync(written.Select(comment => comment.Author.Id), again: true, ct);
            foreach (var comment in written)
                if (_firsts[comment.Author.Id] == comment.Position.Seq && !_found.Contains(comment.Id))
                    Add(comment.Id);
            _read = page.Entries[^1].Seq;
            if (page.Entries.Count < Page)
                return;
        }
    }

    /// <summary>Those of some people who have written nothing, up to what was read.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlySet<UserId>> SilentAsync(IReadOnlyCollection<UserId> people, CancellationToken ct)
    {
        await AskAsync(people, again: false, ct);
        return people.Where(one => _firsts[one] is null).ToHashSet();
    }

    private void Add(CommentId comment)
    {
        _found.Add(comment);
        Count++;
        if (_found.Count > Shown)
            _found.RemoveAt(0);
    }

    /// <param name="again">Also about those who had written nothing.</param>
    private async ValueTask AskAsync(IEnumerable<UserId> people, bool again, CancellationToken ct)
    {
        if (_firsts.Count > Remembered)
            _firsts.Clear();
        UserId[] asked = [.. people.Distinct().Where(one => !_firsts.TryGetValue(one, out var first) || (again && first is null))];
        if (asked.Length == 0)
            return;
        var firsts = await comments.FirstsAsync(id, asked, ct);
        foreach (var one in asked)
            _firsts[one] = firsts.TryGetValue(one, out var first) ? first : null;
    }
}
