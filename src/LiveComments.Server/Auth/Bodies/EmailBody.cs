namespace LiveComments.Server.Auth.Bodies;

internal sealed record EmailBody(string? Email);
