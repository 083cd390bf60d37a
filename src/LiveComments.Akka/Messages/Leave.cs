namespace LiveComments.Akka.Messages;

/// <summary>Tells an event's actor to stop when what it was asked before is answered.</summary>
internal sealed record Leave
{
    public static readonly Leave Instance = new();
}
