using LiveComments.Accounts;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>What a stream ticket holds, encrypted.</summary>
/// <param name="Id">Marks it as used.</param>
internal sealed record StreamTicket(Guid Id, DateTimeOffset ExpiresAt, Caller Caller);
