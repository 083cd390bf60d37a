namespace LiveComments.Accounts;

/// <summary>See <see cref="Rotation"/>.</summary>
public enum RotationOutcome
{
    /// <summary>There is no such log-in, it has ended, or the token never belonged to it.</summary>
    Unknown,

    /// <summary>The next token is the newest now.</summary>
    Rotated,

    /// <summary>The token was exchanged less than <see cref="Rotation.Repeatable"/> ago, for what is still the newest.</summary>
    Repeated,

    /// <summary>The token was exchanged before that; the log-in is over.</summary>
    Reused,

    /// <summary>The token was this log-in's, and the account is suspended, whatever else became of the log-in.</summary>
    Suspended,
}
