using LiveComments.Caching;

namespace LiveComments.Comments;

/// <summary>The questions of an event by votes, which are likes. Whoever looks at the same event within a second gets the same list, so that a room that opens it at once costs the store one query.</summary>
public sealed class Questions(ICommentQueries comments, TimeProvider time)
{
    /// <summary>An event's newest questions are listed, and older ones as far as they are among its most popular comments: nobody reads further, and a list of them is a few hundred kilobytes.</summary>
    public const int Listed = 1_000, Popular = 100;

    /// <summary>Events whose lists are remembered: at most 30 MB.</summary>
    private const int Remembered = 64;

    /// <summary>For no longer than a removed text may be seen.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly BoundedCache<EventId, (Task<IReadOnlyList<Comment>> List, long At)> _lists = new(Remembered);

    /// <summary>All that are listed, most likes first and then by position.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlyList<Comment>> ListAsync(EventId id, CancellationToken ct)
    {
        if (!_lists.TryGet(id, out var known) || known.List.IsFaulted || time.GetElapsedTime(known.At) >= Fresh)
            _lists.Set(id, known = (ReadAsync(id), time.GetTimestamp()), _lists.Stamp);
        return await known.List.WaitAsync(ct);
    }

    /// <summary>In the order of the list.</summary>
    public static IEnumerable<Comment> InOrder(IEnumerable<Comment> questions) =>
        questions.OrderByDescending(question => question.Reactions.Counts.Likes).ThenBy(question => question.Position.Seq);

    // For all who wait for it: none of them cancels it.
    private async Task<IReadOnlyList<Comment>> ReadAsync(EventId id)
    {
        var questions = await comments.QuestionsAsync(id, Listed, CancellationToken.None);
        if (questions.Count == Listed)
            questions = [.. questions.UnionBy((await comments.PopularAsync(id, Popular, CancellationToken.None)).Where(comment => comment.Question is not null), question => question.Id)];
        return [.. InOrder(questions)];
    }
}
