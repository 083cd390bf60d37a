namespace LiveComments.Server.Auth.Passwords;

/// <summary>A browser on which somebody logged in to an account.</summary>
internal sealed record KnownDevice(UserId Account, Guid Id);
