namespace LiveComments.Server.Auth.Bodies;

internal sealed record LogInBody(string? Username, string? Password, string? Code);
