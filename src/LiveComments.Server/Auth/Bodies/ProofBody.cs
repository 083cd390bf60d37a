namespace LiveComments.Server.Auth.Bodies;

/// <summary>What somebody proves with that they are the account's owner.</summary>
internal sealed record ProofBody(string? Password, string? Code);
