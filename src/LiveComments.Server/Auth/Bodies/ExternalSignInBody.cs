namespace LiveComments.Server.Auth.Bodies;

internal sealed record ExternalSignInBody(string? Return);
