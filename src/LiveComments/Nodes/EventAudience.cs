namespace LiveComments.Nodes;

/// <summary>The nodes on which an event is watched.</summary>
public sealed record EventAudience(EventId Event, IReadOnlyList<NodeAudience> Nodes);
