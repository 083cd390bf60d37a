using LiveComments.Log;
using LiveComments.Moderation;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A scorer that finds every comment with the word "hold" doubtful, and every one with the word "refuse" unwanted.</summary>
internal sealed class HoldingScorer : IScorer
{
    public string Name => "test";

    public ValueTask<Score> ScoreAsync(CommentDraft comment) => new(
        comment.Text.Contains("refuse", StringComparison.Ordinal) ? new Score(0.99, ["says refuse"]) : comment.Text.Contains("hold", StringComparison.Ordinal) ? new Score(0.5, ["says hold"]) : default);
}
