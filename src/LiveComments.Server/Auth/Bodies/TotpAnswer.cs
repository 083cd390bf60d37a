namespace LiveComments.Server.Auth.Bodies;

internal sealed record TotpAnswer(string Secret, string Uri);
