using System.Text.RegularExpressions;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>The syntax that the HTML standard gives <c>input type=email</c>, at most 254 characters. Whether somebody reads it is another question.</summary>
internal static partial class EmailAddress
{
    public static bool IsValid(string text) => text.Length <= 254 && Pattern().IsMatch(text);

    [GeneratedRegex(
        @"\A[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
