namespace LiveComments.Accounts;

/// <summary>What has happened to accounts and log-ins.</summary>
/// <param name="Change">The number of the last change that is told of here: ask for what follows it next.</param>
/// <param name="Accounts">Accounts whose role or status is another by then, as they are now.</param>
/// <param name="EndedSessions">Log-ins that are over by then.</param>
public sealed record AccountChanges(long Change, IReadOnlyList<AccountStanding> Accounts, IReadOnlyList<Guid> EndedSessions);
