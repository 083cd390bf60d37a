namespace LiveComments.Accounts;

/// <summary>Whether an account may be used. Numbers are stored.</summary>
public enum AccountStatus : byte
{
    Active = 0,
    Suspended = 1,
}
