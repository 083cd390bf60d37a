using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments.Moderation;

/// <summary>What becomes of a comment with a score.</summary>
public static class Decision
{
    /// <summary>Why a comment is refused; null when it is admitted. Moderators are not judged.</summary>
    /// <param name="role">Its author's role in the event.</param>
    public static Error? Of(Score score, ModerationLevel level, Role role) => role == Role.Viewer && score.Value >= RefusedFrom(level) ? Error.TextRefused : null;

    /// <summary>
    /// The score from which a comment is refused. The default refuses 1 of 1,800 lines of a live chat and none of the comments labelled as welcome (docs/moderation.md).
    /// </summary>
    public static double RefusedFrom(ModerationLevel level) => level switch
    {
        ModerationLevel.Relaxed => 0.97,
        ModerationLevel.Standard => 0.9,
        ModerationLevel.Strict => 0.7,
        _ => double.PositiveInfinity,
    };
}
