using System.Globalization;

namespace LiveComments.Accounts;

/// <summary>The name a person is shown by: 1-100 characters, not blank, no control characters and no direction marks.</summary>
public static class DisplayName
{
    public const int MaxLength = 100;

    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength || string.IsNullOrWhiteSpace(name))
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            // Format characters hide or reorder what stands beside the name; a lone surrogate is not text at all.
            if (CharUnicodeInfo.GetUnicodeCategory(name, i) is UnicodeCategory.Control or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
            if (name[i] is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' or '\u061C')
                return false;
            if (char.IsHighSurrogate(name[i]))
                i++;
        }
        return true;
    }
}
