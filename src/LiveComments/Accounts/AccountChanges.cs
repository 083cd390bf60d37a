namespace LiveComments.Accounts;

/// <summary>What has happened to accounts and log-ins.</summary>
/// <param name="Change">The number of the last change included. The next question asks for what follows it.</param>
/// <param name="Accounts">Accounts whose role or status has changed, as they are now.</param>
/// <param name="EndedSessions">Log-ins that have ended.</param>
public sealed record AccountChanges(long Change, IReadOnlyList<AccountStanding> Accounts, IReadOnlyList<Guid> EndedSessions);
