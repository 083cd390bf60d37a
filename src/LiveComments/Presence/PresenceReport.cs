namespace LiveComments.Presence;

/// <summary>What a node sees. An event or a person that is not named is as the node said last, and unknown to it where it never did.</summary>
/// <param name="IsWhole">Everything it sees: whatever it said before is void.</param>
/// <param name="Events">Those that changed; with nobody where nobody watches any more.</param>
/// <param name="People">Those who changed; offline where the last stream has ended.</param>
/// <param name="Arrived">People who are logged in and watch an event that they did not watch here before.</param>
public sealed record PresenceReport(
    bool IsWhole, IReadOnlyDictionary<EventId, EventPresence> Events, IReadOnlyDictionary<UserId, PresenceState> People, IReadOnlyCollection<(EventId Event, UserId User)> Arrived);
