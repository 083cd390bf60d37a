namespace LiveComments.Server.Auth.Bodies;

internal sealed record RegisterBody(string? Username, string? Email, string? Password, string? DisplayName);
