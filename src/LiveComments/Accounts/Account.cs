namespace LiveComments.Accounts;

/// <summary>A person: the documents' <c>users</c> row.</summary>
/// <param name="Username">See <see cref="Accounts.Username"/>; changes only when a guest becomes an account.</param>
/// <param name="Email">Null for guests and for accounts of external issuers.</param>
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
    /// <summary>What an erased account is shown by, wherever its id still stands.</summary>
    public const string ErasedName = "Deleted user";

    /// <summary>Whether it is a guest's: somebody with a nickname, without a password, who may become an account.</summary>
    public bool IsGuest => GuestName.IsOne(Username);

    public AccountStanding Standing => new(Id, Role, Status, Version);

    /// <summary>The username of an erased account. Nobody can register it, because of its colon, so nobody can be in the way of an erasure.</summary>
    public static string ErasedUsername(UserId id) => $"deleted:{id.Value:N}";

    public Profile Profile => new(Id, Username, DisplayName, AvatarUrl, CreatedAt);
}
