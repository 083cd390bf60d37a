namespace LiveComments.Server.Auth.Bodies;

internal sealed record RefreshBody(string? RefreshToken);
