namespace LiveComments.Accounts;

/// <summary>A key of an issuer of tokens.</summary>
/// <param name="Id">The token's <c>kid</c>; null when it names none.</param>
public sealed record SigningKey(string Issuer, string? Id);
