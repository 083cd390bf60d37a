using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>What people type to say who they are: their username, or their e-mail address, which nobody else may learn.</summary>
internal static class LogInName
{
    /// <summary>
    /// The id by which an address's wrong tries are counted. Of a username that somebody has it is their account. Everything else is counted by itself: otherwise a block after tries at a
    /// username would tell whose an e-mail address is, and no block would tell that nobody has it.
    /// </summary>
    /// <param name="account">Null when nobody has the name or the e-mail address.</param>
    public static UserId Counted(string typed, bool isEmail, UserId? account) =>
        !isEmail && account is { } id ? id : new UserId(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(typed.ToUpperInvariant())).AsSpan(0, 16)));
}
