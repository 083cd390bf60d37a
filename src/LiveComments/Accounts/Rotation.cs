namespace LiveComments.Accounts;

/// <summary>What became of an attempt to refresh.</summary>
/// <param name="UserId">Whose log-in it is, unless the outcome is <see cref="RotationOutcome.Unknown"/>.</param>
/// <param name="Sealed">The newest token's <see cref="NextRefresh.Sealed"/>, when the outcome is <see cref="RotationOutcome.Repeated"/>.</param>
public readonly record struct Rotation(RotationOutcome Outcome, UserId UserId, string? Sealed = null)
{
    /// <summary>
    /// For this long after an exchange, the same token gives the same answer, because the first answer may have been lost, for example by a reload. It is longer than clients retry, and
    /// short compared with the life of an access token, so that a copied token is still detected.
    /// </summary>
    public static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(1);
}
