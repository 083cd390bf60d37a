namespace LiveComments.Server.Auth.Bodies;

internal sealed record ExternalSignInAnswer(string Location);
