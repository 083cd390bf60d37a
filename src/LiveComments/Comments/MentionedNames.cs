using System.Globalization;

namespace LiveComments.Comments;

/// <summary>Finds @username in a text. The pages mark the same (<c>wwwroot/pages/mentions.js</c>; one table of cases tests both).</summary>
public static class MentionedNames
{
    /// <summary>People one comment can call: more is shouting, and each costs a look-up and a frame.</summary>
    public const int Max = 10;

    /// <summary>
    /// Names of 3-30 letters, digits, <c>_ . -</c> after an @; a full-width keyboard's are the same. Dots and dashes at the end belong to the sentence, and as many underscores as stand
    /// before the @ to its formatting (<c>_@anna_</c>). Somebody elsewhere is nobody here: in an e-mail address, in a link, or at another server
    /// (<c>@anna@social.example</c>). Distinct without case, at most <see cref="Max"/>.
    /// </summary>
    public static IReadOnlyList<string> Find(string text)
    {
        if (text.AsSpan().IndexOfAny('@', '\uFF20', '\uFE6B') < 0)
            return [];
        var plain = string.Create(text.Length, text, static (plain, text) =>
        {
            for (var i = 0; i < plain.Length; i++)
                plain[i] = text[i] switch { >= '\uFF01' and <= '\uFF5E' and var wide => (char)(wide - 0xFEE0), '\uFE6B' => '@', var c => c };
        });
        var names = new List<string>();
        var inLink = false;
        for (var at = 0; at < plain.Length && names.Count < Max; at++)
        {
            if (char.IsWhiteSpace(plain[at]))
                inLink = false;
            else if (plain.AsSpan(at).StartsWith("://"))
                inLink = true;
            if (plain[at] != '@' || inLink || IsInWord(plain, at))
                continue;
            var end = at + 1;
            while (end < plain.Length && IsNamePart(plain[end]))
                end++;
            if (end < plain.Length && plain[end] == '@' && IsHost(plain.AsSpan(end + 1)))
                continue;
            var underscores = at - plain.AsSpan(0, at).TrimEnd('_').Length;
            var name = plain.AsSpan(at + 1, end - at - 1).TrimEnd(".-");
            for (; underscores > 0 && name.EndsWith('_'); underscores--)
                name = name[..^1];
            name = name.TrimEnd(".-");
            if (name.Length is < 3 or > 30)
                continue;
            var found = name.ToString();
            if (!names.Contains(found, StringComparer.OrdinalIgnoreCase))
                names.Add(found);
        }
        return names;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';

    /// <summary>
    /// In scripts with spaces between words, a letter before the @ means an e-mail address. In Thai and the scripts after it (from U+0E00), and in Chinese, Japanese and Korean, people write
    /// a mention right after other words.
    /// </summary>
    private static bool IsInWord(string text, int at)
    {
        while (at > 0 && text[at - 1] is '_' or '.' or '-')
            at--;
        return at > 0 && text[at - 1] is < '\u0E00' or (>= '\u1E00' and < '\u2000') && IsLetterMarkOrDigit(text[at - 1]);
    }

    /// <summary>A name of another server has a dot inside.</summary>
    private static bool IsHost(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (IsNamePart(text[length]) || IsLetterMarkOrDigit(text[length])))
            length++;
        return text[..length].TrimEnd("_.-").Contains('.');
    }

    private static bool IsLetterMarkOrDigit(char c) => char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
