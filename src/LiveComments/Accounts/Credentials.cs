namespace LiveComments.Accounts;

/// <summary>What somebody logs in with: the documents' <c>user_auth</c> row.</summary>
/// <param name="PasswordHash">Carries its algorithm, its cost and its salt.</param>
/// <param name="TotpSecret">The authenticator's secret, protected; null without one.</param>
/// <param name="TotpConfirmed">True once a code has shown that the authenticator has the secret; from then on a log-in needs a code.</param>
/// <param name="TotpLastStep">The time step of the last code that was taken: that code and older ones are used up.</param>
/// <param name="LockedUntil">Until this time, only devices that logged in before may try. A time in the past encodes how many tries are left.</param>
/// <param name="Version">Raised by every change.</param>
/// <param name="ResetHash">Of the secret in the newest link to choose another password; null without one.</param>
/// <param name="ResetUntil">Until when that link is good.</param>
/// <param name="RecoveryCodes">Hashes of the codes that are left for whoever has lost the authenticator, with a space between two; null without an authenticator.</param>
public sealed record Credentials(
    UserId UserId,
    string PasswordHash,
    DateTimeOffset PasswordChangedAt,
    string? TotpSecret = null,
    bool TotpConfirmed = false,
    long TotpLastStep = 0,
    DateTimeOffset? LockedUntil = null,
    long Version = 0,
    string? ResetHash = null,
    DateTimeOffset? ResetUntil = null,
    string? RecoveryCodes = null);
