using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments;

/// <summary>
/// Who was admitted to an event, and who was there. A removed event has no participants. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IParticipants
{
    /// <summary>Admits somebody with a role, or changes the role; false when the event is gone.</summary>
    ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct);

    /// <summary>Takes an admission back; false when there was none. That somebody was here stays recorded.</summary>
    ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Null for somebody who was not admitted, whether or not they were here.</summary>
    ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Who was admitted: the highest role first, of equal roles the latest id first.</summary>
    /// <param name="after">Those that follow this participant in the order of the list; null: from the first. Of somebody who is none nobody follows.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct);

    /// <summary>
    /// Records who came to which event. The first time that is stored stays: a later one changes nothing, and admits nobody. Of
    /// events that are gone nothing is recorded.
    /// </summary>
    ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct);

    /// <summary>Who was here, admitted or not: the latest id first.</summary>
    /// <param name="after">Those whose ids are lower; null: from the first.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct);
}
