namespace LiveComments.Nodes;

/// <summary>Who is a member of the cluster.</summary>
/// <param name="Self">The address of the node that says so.</param>
/// <param name="Leader">The member that lets others in and out; null while the members do not agree.</param>
/// <param name="Oldest">The member that has the duties; null when there is none.</param>
/// <param name="LastChange">The number of the last change that is contained.</param>
public sealed record Membership(string Self, string? Leader, string? Oldest, IReadOnlyList<ClusterMember> Members, long LastChange);
