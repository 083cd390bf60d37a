using LiveComments.Moderation.Words;
using LiveComments.Text;

namespace LiveComments.Moderation.Rules;

/// <summary>
/// What the moderators of an event, or of all events, want judged about a comment's text beside its score. Made once from what <see cref="ContentRulesJson"/> reads, then asked for each comment;
/// it has no state. Words to be masked are no verdict: <see cref="WordList.Mask"/> of <see cref="WordList"/> writes them.
/// </summary>
public sealed class ContentRules
{
    public const int MaxWords = 1_000, MaxPatterns = 20, MaxHosts = 200;

    /// <summary>Nothing is held or refused.</summary>
    public static readonly ContentRules None = new();

    /// <summary>Null when links are not judged.</summary>
    public LinkRule? Links { get; init; }

    public IReadOnlyList<ListedWord> Words { get; init { field = value; WordList = value.Count == 0 ? null : new WordList(value); Masks = value.Any(static word => word.Action == WordAction.Mask); } } = [];

    /// <summary>Whether some of <see cref="Words"/> are to be masked. Most lists have none, and then no text is looked through for them.</summary>
    public bool Masks { get; private init; }

    /// <summary>The matcher of <see cref="Words"/>; null without any.</summary>
    public WordList? WordList { get; private init; }

    public IReadOnlyList<PatternRule> Patterns { get; init; } = [];

    /// <summary>What becomes of a comment that is more than emoji; <see cref="Verdict.Admit"/> when the room is not for emoji only.</summary>
    public Verdict NotEmojiOnly { get; init; }

    /// <summary>What becomes of a comment of at least 20 letters of which most are capitals.</summary>
    public Verdict Capitals { get; init; }

    /// <summary>What becomes of a comment that has one word more than 20 times, or one character more than 40 times in a row: far beyond what a crowd shouts.</summary>
    public Verdict Repetition { get; init; }

    /// <summary>The strictest answer, and of equal ones the first; null when the rules have nothing against the comment.</summary>
    /// <param name="text">As <see cref="Comments.CommentText"/> has normalised it.</param>
    public RuleMatch? Judge(string text, in FoldedText folded)
    {
        RuleMatch? strictest = null;
        if (NotEmojiOnly != Verdict.Admit && !Shape.IsEmojiOnly(text))
            strictest = new RuleMatch(NotEmojiOnly, "is more than emoji");
        Consider(Links?.Judge(text));
        if (WordList?.Find(folded) is { Word: { Action: > WordAction.Mask } word })
            Consider(new RuleMatch(word.Action == WordAction.Block ? Verdict.Refuse : Verdict.Hold, $"has the word {word.Text}"));
        foreach (var pattern in Patterns)
            if (pattern.Action > (strictest?.Verdict ?? Verdict.Admit) && pattern.IsIn(text))
                Consider(new RuleMatch(pattern.Action, $"matches {pattern.Pattern}"));
        if (Capitals != Verdict.Admit && Shape.Capitals(text, 20) > 0.7)
            Consider(new RuleMatch(Capitals, "is written in capitals"));
        // A shorter text has neither.
        if (Repetition != Verdict.Admit && text.Length > 40 && Shape.Repetition(text) is { Words: > 20 } or { Characters: > 40 })
            Consider(new RuleMatch(Repetition, "repeats itself"));
        return strictest;

        void Consider(RuleMatch? match)
        {
            if (match is { } found && found.Verdict > (strictest?.Verdict ?? Verdict.Admit))
                strictest = found;
        }
    }
}
