namespace LiveComments.Server.Auth;

/// <summary>A picture's address: absolute, https, without a user's name in it, at most 2,048 characters.</summary>
internal static class AvatarUrl
{
    public static bool IsValid(string text) =>
        text.Length <= 2_048
        && text.AsSpan().IndexOfAnyInRange('\0', ' ') < 0
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps
        && uri.UserInfo.Length == 0;
}
