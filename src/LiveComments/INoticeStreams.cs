using LiveComments.Comments;
using LiveComments.Moderation;

namespace LiveComments;

/// <summary>Streams for other programs beside this server: who was mentioned, and what moderators did. They name ids and no texts. They may lose; the store has everything.</summary>
public interface INoticeStreams
{
    /// <summary>A comment with mentions was placed. Never waits and never fails.</summary>
    void Mentioned(EventId id, Comment comment);

    /// <summary>Decisions of moderators are in the store. Never waits and never fails.</summary>
    void Decided(IReadOnlyList<ModeratorDecision> decisions);

    /// <summary>Drops the stream of somebody's mentions.</summary>
    /// <exception cref="StoreUnavailableException">The memory does not answer.</exception>
    ValueTask ForgetAsync(UserId user, CancellationToken ct);
}
