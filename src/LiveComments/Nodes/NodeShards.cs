namespace LiveComments.Nodes;

/// <summary>The shards that live on a node.</summary>
public sealed record NodeShards(string Node, IReadOnlyList<EventShard> Shards);
