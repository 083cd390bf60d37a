namespace LiveComments.Server.Auth.Bodies;

/// <summary>Proves that the caller owns the account.</summary>
internal sealed record ProofBody(string? Password, string? Code);
