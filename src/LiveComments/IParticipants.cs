using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments;

/// <summary>
/// Who was admitted to an event, and who joined it. A removed event has no participants. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IParticipants
{
    /// <summary>Admits somebody with a role, or changes the role; false when the event is gone.</summary>
    ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct);

    /// <summary>Takes an admission back; false when there was none. The record of a join stays.</summary>
    ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Null for somebody who was not admitted, whether or not they joined.</summary>
    ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Who was admitted: the highest role first, of equal roles the latest id first.</summary>
    /// <param name="after">Lists those after this participant; null: from the first. After somebody who is not a participant, the list is empty.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct);

    /// <summary>
    /// Records who joined which event. The first stored time stays; a later one changes nothing. A join admits nobody. Joins of removed events are ignored.
    /// </summary>
    ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct);

    /// <summary>Who joined, admitted or not: the latest id first.</summary>
    /// <param name="after">Those whose ids are lower; null: from the first.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct);
}
