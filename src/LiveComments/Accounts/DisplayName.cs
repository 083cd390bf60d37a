using System.Diagnostics.CodeAnalysis;
using System.Text;
using LiveComments.Text;

namespace LiveComments.Accounts;

/// <summary>
/// The name a person is shown by: 1-100 characters with something to see, in NFC. What nobody sees is taken out and blanks become single spaces, so that two names that look
/// the same to everybody are the same. Control characters and what reorders the text around it are refused.
/// </summary>
public static class DisplayName
{
    public const int MaxLength = 100;

    /// <summary>Longer input cannot become a valid name, even after removals. This bounds the work.</summary>
    private const int MaxRaw = 1_000;

    /// <summary>The name as it is kept and shown; false when it cannot be one.</summary>
    public static bool TryNormalize(string? raw, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (raw is not { Length: > 0 and <= MaxRaw } || CleanText.Of(raw, isName: true) is not { } clean)
            return false;
        var spaced = new StringBuilder(clean.Length);
        var (visible, gap) = (false, false);
        foreach (var rune in clean.EnumerateRunes())
        {
            if (ForbiddenCharacters.Contain(rune) || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069)
                return false;
            if (InvisibleCharacters.IsBlank(rune))
            {
                gap = true;
                continue;
            }
            if (gap && spaced.Length > 0)
                spaced.Append(' ');
            gap = false;
            spaced.Append(rune);
            visible = visible || InvisibleCharacters.IsVisible(rune);
        }
        if (!visible || spaced.Length > MaxLength)
            return false;
        name = spaced.ToString();
        return true;
    }
}
