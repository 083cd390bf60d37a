using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments.Moderation;

/// <summary>What becomes of a comment with a score.</summary>
public static class Decision
{
    /// <summary>The verdict about a comment. Moderators are not judged.</summary>
    /// <param name="role">Its author's role in the event.</param>
    public static Verdict Of(Score score, ModerationLevel level, Role role) => role != Role.Viewer ? Verdict.Admit
        : score.Value >= RefusedFrom(level) ? Verdict.Refuse
        : score.Value >= HeldFrom(level) ? Verdict.Hold
        : Verdict.Admit;

    /// <summary>The score from which a comment is held. The default finds most advertising on videos that the model has not seen, and holds few lines of a live chat (docs/moderation.md).</summary>
    public static double HeldFrom(ModerationLevel level) => level switch
    {
        ModerationLevel.Relaxed => 0.7,
        ModerationLevel.Standard => 0.3,
        ModerationLevel.Strict => 0.2,
        _ => double.PositiveInfinity,
    };

    /// <summary>The score from which a comment is refused, so that no moderator needs to read it.</summary>
    public static double RefusedFrom(ModerationLevel level) => level switch
    {
        ModerationLevel.Relaxed => 0.97,
        ModerationLevel.Standard => 0.9,
        ModerationLevel.Strict => 0.6,
        _ => double.PositiveInfinity,
    };
}
