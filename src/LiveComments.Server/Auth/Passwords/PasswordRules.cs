namespace LiveComments.Server.Auth.Passwords;

/// <summary>Rules for passwords: length makes them strong. Rules about kinds of characters only make people write them down.</summary>
internal static class PasswordRules
{
    public const int MinLength = 10, MaxLength = 128;

    public static bool Allow(string password, string username, string? email) =>
        password.Length is >= MinLength and <= MaxLength
        && !password.Equals(username, StringComparison.OrdinalIgnoreCase)
        && !password.Equals(email, StringComparison.OrdinalIgnoreCase);
}
