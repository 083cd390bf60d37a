namespace LiveComments.Server.Auth.SignIn;

/// <summary>The outcome of a sign-in with a provider. The page has a sentence for each.</summary>
internal enum SignInOutcome
{
    SignedIn,

    /// <summary>The person or the provider refused.</summary>
    Denied,

    /// <summary>It was not begun in this browser, is too old, or was already used.</summary>
    Expired,

    /// <summary>The provider's answer is not valid.</summary>
    Failed,

    /// <summary>The provider does not answer.</summary>
    Unavailable,

    /// <summary>This server is busy.</summary>
    Busy,

    /// <summary>Too many from this address.</summary>
    Limited,

    /// <summary>The account is suspended, or gone.</summary>
    Suspended,

    /// <summary>The account was deleted by its owner or an administrator. Nobody signs in to it again.</summary>
    Deleted,

    /// <summary>The account has a password here, and is entered with that only.</summary>
    HasPassword,
}
