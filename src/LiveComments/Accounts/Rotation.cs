namespace LiveComments.Accounts;

/// <summary>What became of an attempt to refresh.</summary>
/// <param name="UserId">Whose log-in it is, unless the outcome is <see cref="RotationOutcome.Unknown"/>.</param>
/// <param name="Sealed">The newest token's <see cref="NextRefresh.Sealed"/>, when the outcome is <see cref="RotationOutcome.Repeated"/>.</param>
public readonly record struct Rotation(RotationOutcome Outcome, UserId UserId, string? Sealed = null)
{
    /// <summary>
    /// For so long after an exchange the same token gives the same answer: the first may have got lost, as when a page is reloaded while it is under way. Longer than
    /// clients try again, and short beside the life of an access token, so that whoever copied a token is still found out.
    /// </summary>
    public static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(1);
}
