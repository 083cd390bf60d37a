using LiveComments.Nodes;

namespace LiveComments.Akka.Messages;

/// <summary>The answer to <see cref="Describe"/>.</summary>
internal sealed record Described(EventLocation Location);
