namespace LiveComments.Presence;

/// <summary>Who watches an event.</summary>
/// <param name="Online">Streams of people who have it in sight, logged in or not.</param>
/// <param name="Away">Streams of people whose tab is hidden.</param>
/// <param name="People">Some of those who are logged in, each once, at most <see cref="MaxPeople"/> of each node.</param>
/// <param name="Unique">How many logged-in people have watched it in the last days, within 1 %; null where that is not counted.</param>
public sealed record EventPresence(int Online, int Away, IReadOnlyList<PersonHere> People, long? Unique = null)
{
    /// <summary>More would be read by nobody, and the list of a large event changes every second.</summary>
    public const int MaxPeople = 200;

    /// <summary>Nobody.</summary>
    public static EventPresence None { get; } = new(0, 0, []);

    /// <summary>The same seen from several nodes.</summary>
    public static EventPresence Sum(IEnumerable<EventPresence> nodes, long? unique)
    {
        var (online, away) = (0, 0);
        var people = new Dictionary<UserId, PresenceState>();
        foreach (var node in nodes)
        {
            online += node.Online;
            away += node.Away;
            foreach (var one in node.People)
                people[one.User] = people.TryGetValue(one.User, out var state) && state > one.State ? state : one.State;
        }
        return new EventPresence(online, away, [.. people.Select(static one => new PersonHere(one.Key, one.Value))], unique);
    }
}
