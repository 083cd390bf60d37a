namespace LiveComments.Nodes;

/// <summary>Something that a node noticed about a member.</summary>
/// <param name="Number">Counts the changes that this node has seen, from 1.</param>
/// <param name="Time">When it noticed it, by its clock.</param>
/// <param name="What">The new status (<see cref="ClusterMember.Status"/> or <c>removed</c>), <c>unreachable</c> or <c>reachable</c>.</param>
public sealed record MembershipChange(long Number, DateTimeOffset Time, string Node, string What);
