namespace LiveComments.Accounts;

/// <summary>The refresh token that takes the place of the one that is presented.</summary>
/// <param name="Secret">The hash of its secret.</param>
/// <param name="Sealed">The token itself, readable only by whom it comes from: a client that did not get it is told it again.</param>
public sealed record NextRefresh(ReadOnlyMemory<byte> Secret, string Sealed);
