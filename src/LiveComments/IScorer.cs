using LiveComments.Log;
using LiveComments.Moderation;

namespace LiveComments;

/// <summary>Judges a comment before anybody sees it.</summary>
public interface IScorer
{
    /// <summary>Its name in metrics and logs.</summary>
    string Name { get; }

    /// <summary>
    /// How likely the comment is unwanted. Ingest does not wait longer than its time budget and goes on without this score then, so an implementation that asks another system must bound
    /// its own time. One that needs only the text answers at once.
    /// </summary>
    ValueTask<Score> ScoreAsync(CommentDraft comment);
}
