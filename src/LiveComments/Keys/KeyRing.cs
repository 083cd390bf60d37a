namespace LiveComments.Keys;

/// <summary>What keys are for. The numbers are stored.</summary>
public enum KeyRing
{
    /// <summary>Sign access tokens.</summary>
    Signing = 0,

    /// <summary>Protect cookies, stream tickets and authenticators' secrets.</summary>
    Protection = 1,

    /// <summary>Hash the networks of people who are banned.</summary>
    Networks = 2,
}
