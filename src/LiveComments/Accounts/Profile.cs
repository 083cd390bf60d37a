namespace LiveComments.Accounts;

/// <summary>How everybody sees a person.</summary>
/// <param name="Since">When the account was made.</param>
public sealed record Profile(UserId UserId, string Username, string DisplayName, string? AvatarUrl, DateTimeOffset Since)
{
    /// <inheritdoc cref="Account.IsGuest"/>
    public bool IsGuest => GuestName.IsOne(Username);
}
