using LiveComments.Log;
using LiveComments.Moderation.Spam;
using LiveComments.Moderation.Words;
using LiveComments.Text;

namespace LiveComments.Moderation;

/// <summary>Judges a comment by its text alone. The text is folded once for all that looks at it.</summary>
public sealed class TextScorer : IScorer
{
    /// <summary>What a listed word counts: more than a viewer's comment may at <c>standard</c>, less than it may at <c>relaxed</c>.</summary>
    private const double HeldWord = 0.65;

    /// <summary>What a mild one counts: more than a comment may at <c>strict</c> only.</summary>
    private const double MildWord = 0.25;

    /// <summary>Reads the model and the lists, which takes a fifth of a second and 3 MB, so that the first comment does not wait for it.</summary>
    public TextScorer() => Of("ready");

    public string Name => "text";

    public ValueTask<Score> ScoreAsync(CommentDraft comment) => new(Of(comment.Text));

    /// <summary>The score of a text.</summary>
    /// <param name="text">As <see cref="Comments.CommentText"/> has normalised it.</param>
    public static Score Of(string text)
    {
        using var folded = FoldedText.Of(text);
        var spam = SpamModel.Default.Judge(text, folded);
        var (word, value) = Profanity.Held.Find(folded) is { } held ? (held.Word.Text, HeldWord) : Profanity.Mild.Find(folded) is { } mild ? (mild.Word.Text, MildWord) : (null, 0);
        return word is null ? spam : new Score(Math.Max(spam.Value, value), [$"has the word {word}", .. spam.Reasons ?? []]);
    }
}
