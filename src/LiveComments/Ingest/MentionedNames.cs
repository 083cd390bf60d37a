namespace LiveComments.Ingest;

/// <summary>Finds @username in a text.</summary>
public static class MentionedNames
{
    /// <summary>People one comment can call: more is shouting, and each costs a look-up and a frame.</summary>
    public const int Max = 10;

    /// <summary>
    /// Names of 3-30 letters, digits, <c>_ . -</c> after an @ that does not stand inside a word (an e-mail address mentions nobody);
    /// dots and dashes at the end belong to the sentence. Distinct without case, at most <see cref="Max"/>.
    /// </summary>
    public static IReadOnlyList<string> Find(string text)
    {
        var at = text.IndexOf('@');
        if (at < 0)
            return [];
        List<string>? names = null;
        for (; at >= 0; at = text.IndexOf('@', at + 1))
        {
            if (at > 0 && IsNamePart(text[at - 1]))
                continue;
            var end = at + 1;
            while (end < text.Length && end - at <= 31 && IsNamePart(text[end]))
                end++;
            while (end > at + 1 && text[end - 1] is '.' or '-')
                end--;
            if (end - at - 1 is < 3 or > 30)
                continue;
            var name = text[(at + 1)..end];
            names ??= [];
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
                names.Add(name);
            if (names.Count == Max)
                break;
        }
        return names ?? (IReadOnlyList<string>)[];
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';
}
