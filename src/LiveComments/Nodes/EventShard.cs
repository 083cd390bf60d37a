namespace LiveComments.Nodes;

/// <summary>Events that live on the same node and move together.</summary>
/// <param name="Events">How many of them have an actor now.</param>
public sealed record EventShard(string Shard, int Events);
