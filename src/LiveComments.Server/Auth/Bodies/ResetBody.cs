namespace LiveComments.Server.Auth.Bodies;

internal sealed record ResetBody(string? Token, string? NewPassword);
