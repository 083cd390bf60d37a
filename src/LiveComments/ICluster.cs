using LiveComments.Nodes;

namespace LiveComments;

/// <summary>The nodes that serve the same events, as this node sees them; for those who operate it. A node that is alone is the only member.</summary>
public interface ICluster
{
    /// <summary>Who is a member now.</summary>
    Membership Membership { get; }

    /// <summary>The changes of membership that this node has seen after a change of a number, in order: the latest thousand at most.</summary>
    IReadOnlyList<MembershipChange> ChangesAfter(long number);

    /// <summary>Removes a member that this node cannot reach. Whoever does that must know that it is dead: its events live elsewhere from then on.</summary>
    /// <param name="node">Its address, or that address's <c>host:port</c>.</param>
    DownOutcome Down(string node);

    /// <summary>Where the events' actors are; null when not all that is needed answered in a second, as while a node is being given up.</summary>
    ValueTask<IReadOnlyList<NodeShards>?> ShardsAsync(CancellationToken ct);

    /// <summary>Where an event's actor is and what it is busy with; null when it did not answer in a second. An event that nobody needs gets its actor by this question.</summary>
    ValueTask<EventLocation?> LocateAsync(EventId id, CancellationToken ct);

    /// <summary>How many watch each event on each node, as the nodes said within the last seconds. Events that nobody watches are left out.</summary>
    ValueTask<IReadOnlyList<EventAudience>> AudiencesAsync(CancellationToken ct);
}
