namespace LiveComments.Accounts;

/// <summary>A person: the documents' <c>users</c> row.</summary>
/// <param name="Username">See <see cref="Accounts.Username"/>; never changes.</param>
/// <param name="Email">Null for accounts of external issuers.</param>
/// <param name="Role">Their role in every event. Appointments to single events are in <see cref="IParticipants"/>.</param>
/// <param name="Preferences">A JSON object of their client's; the server only keeps it.</param>
/// <param name="Version">Raised by every change.</param>
/// <param name="SuspensionReason">Why it is suspended, as its owner is told; null without a reason.</param>
public sealed record Account(
    UserId Id,
    string Username,
    string? Email,
    string DisplayName,
    string? AvatarUrl,
    Role Role,
    AccountStatus Status,
    string Preferences,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version = 0,
    string? SuspensionReason = null)
{
    public AccountStanding Standing => new(Id, Role, Status, Version);

    public Profile Profile => new(Id, Username, DisplayName, AvatarUrl, CreatedAt);
}
