namespace LiveComments.Accounts;

/// <summary>What has become of log-ins and accounts.</summary>
/// <param name="Sessions">The log-ins that still hold (not ended, not expired, account active) with the role their account has now.</param>
/// <param name="Suspended">The accounts that are suspended or erased. An account that was never stored is not.</param>
public sealed record Standing(IReadOnlyDictionary<Guid, Role> Sessions, IReadOnlySet<UserId> Suspended);
