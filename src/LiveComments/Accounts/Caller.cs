namespace LiveComments.Accounts;

/// <summary>Who a verified token speaks for. Everything here comes from the token; nothing needed a database.</summary>
/// <param name="Name">The name an external issuer gave (<c>preferred_username</c> or <c>name</c>); null for our own tokens.</param>
/// <param name="ModeratorOf">With <see cref="Role.Moderator"/>: the one event, or null for every event.</param>
/// <param name="SessionId">The log-in the token belongs to; null for external tokens and printed ones.</param>
public sealed record Caller(UserId UserId, string? Name, Role Role, EventId? ModeratorOf, Guid? SessionId, DateTimeOffset ExpiresAt)
{
    /// <summary>The key that signed the token; null without one, as in a test.</summary>
    public SigningKey? SignedWith { get; init; }

    /// <summary>When they proved who they are, as the token says; null when it does not.</summary>
    public DateTimeOffset? SignedInAt { get; init; }

    public bool IsAdministrator => Role == Role.Administrator;

    /// <summary>The role in an event that the token alone gives. An appointment may give a higher one.</summary>
    public Role RoleIn(EventId id) => Role == Role.Moderator && ModeratorOf is { } only && only != id ? Role.Viewer : Role;
}
