namespace LiveComments.Akka.Messages;

/// <summary>Another node has changed what moderators have taken from people, or which networks are blocked: what it is, is in the store. When it is lost, it is found there within a second.</summary>
internal sealed record RestrictionsChanged
{
    public static readonly RestrictionsChanged Instance = new();
}
