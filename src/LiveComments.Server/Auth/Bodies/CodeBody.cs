namespace LiveComments.Server.Auth.Bodies;

internal sealed record CodeBody(string? Code);
