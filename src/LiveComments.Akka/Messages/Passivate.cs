namespace LiveComments.Akka.Messages;

/// <summary>An idle event's actor asks its parent to be stopped. The parent sends it <see cref="Leave"/>; what comes later goes to its successor.</summary>
internal sealed record Passivate(EventId Event);
