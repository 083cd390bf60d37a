using LiveComments.Log;
using LiveComments.Moderation.Spam;
using LiveComments.Text;

namespace LiveComments.Moderation;

/// <summary>Judges a comment by its text alone. The text is folded once for all that looks at it.</summary>
public sealed class TextScorer : IScorer
{
    public string Name => "text";

    public ValueTask<Score> ScoreAsync(CommentDraft comment) => new(Of(comment.Text));

    /// <summary>The score of a text.</summary>
    /// <param name="text">As <see cref="Comments.CommentText"/> has normalised it.</param>
    public static Score Of(string text)
    {
        using var folded = FoldedText.Of(text);
        return SpamModel.Default.Judge(text, folded);
    }
}
