namespace LiveComments.Moderation;

/// <summary>Whether a writer may be somebody who is banned.</summary>
public enum BanSuspicion
{
    None,

    /// <summary>They came from the device or, with a new account, from the network of somebody who is banned.</summary>
    Suspected,

    /// <summary>They write from a network that was banned with a person.</summary>
    NetworkBanned,
}
