namespace LiveComments.Moderation;

/// <summary>Tells somebody what moderators decided about them or their comment. They are not told who decided.</summary>
/// <param name="Event">Where; null: in all events.</param>
/// <param name="Comment">The comment; null when it is about the person.</param>
/// <param name="Span">How long a timeout lasts, or the time between two comments; null otherwise.</param>
public sealed record Notice(UserId User, NoticeKind Kind, EventId? Event, CommentId? Comment, string? Reason, DateTimeOffset At, TimeSpan? Span = null)
{
    /// <summary>The kind's name in answers.</summary>
    public string Name => Kind switch
    {
        NoticeKind.Held => "held",
        NoticeKind.Approved => "approved",
        NoticeKind.Rejected => "rejected",
        NoticeKind.Removed => "removed",
        NoticeKind.Warned => "warned",
        NoticeKind.Throttled => "throttled",
        NoticeKind.TimedOut => "timed-out",
        NoticeKind.Banned => "banned",
        NoticeKind.Lifted => "lifted",
        NoticeKind.Restored => "restored",
        // A newer node has sent it.
        _ => "other",
    };

    /// <summary>What a decision tells somebody; null when nobody is told.</summary>
    public static Notice? Of(ModeratorDecision decision)
    {
        NoticeKind? kind = decision.Action switch
        {
            DecisionAction.Approve => NoticeKind.Approved,
            DecisionAction.Reject => NoticeKind.Rejected,
            DecisionAction.Delete or DecisionAction.Purge => NoticeKind.Removed,
            DecisionAction.Restore or DecisionAction.Unpurge => NoticeKind.Restored,
            DecisionAction.Warn => NoticeKind.Warned,
            DecisionAction.Throttle => NoticeKind.Throttled,
            DecisionAction.Timeout => NoticeKind.TimedOut,
            DecisionAction.Ban or DecisionAction.BanNetwork => NoticeKind.Banned,
            DecisionAction.Lift => NoticeKind.Lifted,
            // Only rejections and restrictions are taken back by it.
            DecisionAction.Undo => decision.Comment is null ? NoticeKind.Lifted : NoticeKind.Held,
            _ => null,
        };
        return kind is { } told && decision.User is { } user ? new Notice(user, told, decision.Event, decision.Comment, decision.Reason, decision.At, decision.Span) : null;
    }
}
