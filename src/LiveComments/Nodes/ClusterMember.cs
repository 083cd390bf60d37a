namespace LiveComments.Nodes;

/// <summary>A node of the cluster.</summary>
/// <param name="Node">Its address, as Akka writes it: <c>akka.tcp://livecomments@10.0.0.11:4053</c>.</param>
/// <param name="Status"><c>joining</c>, <c>weakly-up</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c> or <c>down</c>.</param>
/// <param name="Roles"><c>edge</c>, <c>event</c> or both.</param>
/// <param name="IsReachable">False when it did not answer for some seconds.</param>
public sealed record ClusterMember(string Node, string Status, IReadOnlyList<string> Roles, bool IsReachable);
