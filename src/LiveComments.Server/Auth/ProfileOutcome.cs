using LiveComments.Accounts;

namespace LiveComments.Server.Auth;

/// <summary>What became of a change of a profile: the account as it is now, or why it stays as it was.</summary>
internal readonly record struct ProfileOutcome(Account? Account, Error? Error = null, string? Detail = null);
