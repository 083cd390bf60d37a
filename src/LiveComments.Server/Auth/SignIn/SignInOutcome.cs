namespace LiveComments.Server.Auth.SignIn;

/// <summary>What became of a sign-in with a provider. The page has a sentence for each.</summary>
internal enum SignInOutcome
{
    SignedIn,

    /// <summary>The person, or the provider for them, said no.</summary>
    Denied,

    /// <summary>Nobody began it in this browser, or long ago, or it is over.</summary>
    Expired,

    /// <summary>What the provider says of them does not hold.</summary>
    Failed,

    /// <summary>The provider does not answer.</summary>
    Unavailable,

    /// <summary>This server has as much to do as it takes.</summary>
    Busy,

    /// <summary>Too many from this address.</summary>
    Limited,

    /// <summary>The account is suspended, or gone.</summary>
    Suspended,

    /// <summary>The account has a password here, and is entered with that only.</summary>
    HasPassword,
}
