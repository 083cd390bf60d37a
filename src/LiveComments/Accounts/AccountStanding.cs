namespace LiveComments.Accounts;

/// <summary>What an account may do, apart from appointments in single events.</summary>
/// <param name="Version">The account's: of two standings the one with the higher version is the newer.</param>
public sealed record AccountStanding(UserId UserId, Role Role, AccountStatus Status, long Version);
