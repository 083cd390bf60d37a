namespace LiveComments.Akka.Messages;

/// <summary>A node's relay tells the relays of other nodes how many people watch events there.</summary>
/// <param name="IsWhole">Nobody watches other events there; otherwise, only changed counts are named.</param>
internal sealed record NodeViewers(bool IsWhole, IReadOnlyList<(EventId Event, int Count)> Counts);
