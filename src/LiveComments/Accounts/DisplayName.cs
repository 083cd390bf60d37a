using System.Globalization;
using LiveComments.Ingest;

namespace LiveComments.Accounts;

/// <summary>The name a person is shown by: 1-100 characters, of which one can be seen; no control characters, no direction marks, nothing of no width that makes it another name.</summary>
public static class DisplayName
{
    public const int MaxLength = 100;

    public static bool IsValid(string name)
    {
        // As visible as a comment must be, and no more marks on one letter.
        if (name.Length is 0 or > MaxLength || CommentText.Normalize(name, out _) is not null)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            // Format characters hide or reorder what stands beside the name; a lone surrogate is not text at all.
            if (CharUnicodeInfo.GetUnicodeCategory(name, i) is UnicodeCategory.Control or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
            if (name[i] is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' or '\u061C'
                or '\u00AD' or '\u200B' or '\u2060' or '\uFEFF')
                return false;
            if (char.IsHighSurrogate(name[i]))
                i++;
        }
        return true;
    }
}
