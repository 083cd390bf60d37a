namespace LiveComments.Accounts;

/// <summary>The refresh token that takes the place of the one that is presented.</summary>
/// <param name="Secret">The hash of its secret.</param>
/// <param name="Sealed">The token itself, encrypted by this server, to be sent again to a client that did not get it.</param>
public sealed record NextRefresh(ReadOnlyMemory<byte> Secret, string Sealed);
