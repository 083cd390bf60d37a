using System.Buffers;

namespace LiveComments.Accounts;

/// <summary>
/// The name a person is mentioned by: 3-30 of <c>A-Z a-z 0-9 _ . -</c> with none of the last two at its end, where they end a sentence; unique without case. ASCII only: other alphabets have
/// letters that look the same, and then a name no longer says who it is.
/// </summary>
public static class Username
{
    public const int MinLength = 3, MaxLength = 30;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is >= MinLength and <= MaxLength && !name.ContainsAnyExcept(Allowed) && name[^1] is not ('.' or '-');
}
