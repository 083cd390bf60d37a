using LiveComments.Accounts;

namespace LiveComments.Server.Auth;

/// <summary>Roles as tokens and the command line write them.</summary>
internal static class Roles
{
    public static string Name(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Moderator => "moderator",
        Role.Administrator => "administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Null for anything that is not exactly a role's name.</summary>
    public static Role? Parse(string? name) => name switch
    {
        "viewer" => Role.Viewer,
        "moderator" => Role.Moderator,
        "administrator" => Role.Administrator,
        _ => null,
    };
}
