namespace LiveComments.Nodes;

/// <summary>How many watch on a node.</summary>
public sealed record NodeAudience(string Node, int Viewers);
