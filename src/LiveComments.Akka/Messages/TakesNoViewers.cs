namespace LiveComments.Akka.Messages;

/// <summary>Another node is about to stop, and its viewers are about to come to the others. Told again with all its numbers of viewers. When it is lost, some viewers may be sent from one of the others to another.</summary>
internal sealed record TakesNoViewers
{
    public static readonly TakesNoViewers Instance = new();
}
