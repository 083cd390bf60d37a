namespace LiveComments.Moderation.Words;

/// <summary>The words and phrases that ship with the program: <c>profanity.txt</c>, which says where they are from and what was changed.</summary>
public static class Profanity
{
    private static readonly Lazy<(WordList Held, WordList Mild)> Lists = new(Read);

    /// <summary>Words that are held at <c>standard</c> and refused at <c>strict</c>.</summary>
    public static WordList Held => Lists.Value.Held;

    /// <summary>Words that a live chat is full of; they are held at <c>strict</c>.</summary>
    public static WordList Mild => Lists.Value.Mild;

    /// <summary>The words of a place (<c>held</c>, <c>mild</c>, <c>left-out</c> or <c>never</c>), of all languages.</summary>
    internal static IReadOnlyList<string> Words(string place)
    {
        using var reader = new StreamReader(typeof(Profanity).Assembly.GetManifestResourceStream("profanity.txt")!);
        var words = new List<string>();
        while (reader.ReadLine() is { } line)
            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && !line.StartsWith('#') && line[..colon].EndsWith(" " + place, StringComparison.Ordinal))
                words.AddRange(line[(colon + 2)..].Split(" | ", StringSplitOptions.TrimEntries));
        return words;
    }

    private static (WordList Held, WordList Mild) Read()
    {
        var never = Words("never");
        WordList Of(string place) => new(Words(place).Select(word => new ListedWord(word, WordAction.Hold)), never);
        return (Of("held"), Of("mild"));
    }
}
