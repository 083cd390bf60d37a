using LiveComments.Comments;
using LiveComments.Moderation;

namespace LiveComments.Server.Moderation;

/// <summary>Comments that wait for a moderator.</summary>
internal sealed class ModerationQueue(IModerationStore store, ICommentQueries comments)
{
    /// <summary>Comments that were reported and stand. Reports about those that are gone are settled.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlyList<(ReportedComment Reported, Comment Comment)>> ReportedAsync(EventId id, int limit, CancellationToken ct)
    {
        var (found, gone) = (new List<(ReportedComment, Comment)>(), new List<CommentId>());
        foreach (var reported in await store.ReportedAsync(id, limit, ct))
            if (await comments.FindAsync(id, reported.Comment, ct) is { } comment)
                found.Add((reported, comment));
            else
                gone.Add(reported.Comment);
        if (gone.Count > 0)
            await store.SettleAsync(gone, ct);
        return found;
    }
}
