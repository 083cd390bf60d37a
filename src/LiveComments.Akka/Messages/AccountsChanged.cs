namespace LiveComments.Akka.Messages;

/// <summary>Something about accounts or log-ins has changed on another node: what it is, is in the store. When it is lost, it is found there within a second.</summary>
internal sealed record AccountsChanged
{
    public static readonly AccountsChanged Instance = new();
}
