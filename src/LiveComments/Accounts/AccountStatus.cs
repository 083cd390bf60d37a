namespace LiveComments.Accounts;

/// <summary>Whether an account may be used. Numbers are stored.</summary>
public enum AccountStatus : byte
{
    Active = 0,
    Suspended = 1,

    /// <summary>Ended for ever, and its data erased: nothing but the id is left, which names nobody any more.</summary>
    Erased = 2,
}
