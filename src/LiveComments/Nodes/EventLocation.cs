namespace LiveComments.Nodes;

/// <summary>Where an event's actor is, and what it is busy with.</summary>
/// <param name="Since">When it was made there, by that node's clock.</param>
/// <param name="Relays">The nodes that it tells what is new.</param>
public sealed record EventLocation(string Node, DateTimeOffset Since, DraftQueue Comments, DraftQueue Reactions, IReadOnlyList<string> Relays);
