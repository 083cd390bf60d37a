using LiveComments.Text;

namespace LiveComments.Moderation;

/// <summary>What an account that was made a moment ago counts. Most advertising comes from such accounts, and so does much of what is said on a good evening: only a link makes the difference.</summary>
public static class NewAccounts
{
    /// <summary>What a link of a new account counts: more than a viewer's comment may at <c>standard</c>, less than it may at <c>relaxed</c>.</summary>
    private const double Link = 0.35;

    /// <summary>An account is new for so long.</summary>
    public static TimeSpan Age { get; } = TimeSpan.FromHours(1);

    /// <summary>The score with what its author's account adds to it.</summary>
    /// <param name="age">Of the account.</param>
    public static Score Weigh(Score score, string text, TimeSpan age) =>
        age >= Age || Links.Find(text, 0).Length == 0 ? score : new Score(Math.Max(score.Value, Link), ["a link from an account that is less than an hour old", .. score.Reasons ?? []]);
}
