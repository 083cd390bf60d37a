namespace LiveComments.Server.Auth.Bodies;

internal sealed record PasswordBody(string? CurrentPassword, string? NewPassword, string? Code);
