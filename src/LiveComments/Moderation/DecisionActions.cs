namespace LiveComments.Moderation;

/// <summary>The names of decisions in requests and answers.</summary>
public static class DecisionActions
{
    /// <summary>Those that may be asked for. The others follow from calls of their own.</summary>
    public static IReadOnlyList<DecisionAction> All { get; } =
    [
        DecisionAction.Approve, DecisionAction.Reject, DecisionAction.Delete, DecisionAction.Restore, DecisionAction.Warn, DecisionAction.Throttle, DecisionAction.Timeout, DecisionAction.Ban,
        DecisionAction.ShadowBan, DecisionAction.Lift, DecisionAction.Trust, DecisionAction.Untrust, DecisionAction.Purge, DecisionAction.Note,
    ];

    public static string Name(this DecisionAction action) => action switch
    {
        DecisionAction.Approve => "approve",
        DecisionAction.Reject => "reject",
        DecisionAction.Delete => "delete",
        DecisionAction.Restore => "restore",
        DecisionAction.Warn => "warn",
        DecisionAction.Throttle => "throttle",
        DecisionAction.Timeout => "timeout",
        DecisionAction.Ban or DecisionAction.BanNetwork => "ban",
        DecisionAction.ShadowBan => "shadow-ban",
        DecisionAction.Lift or DecisionAction.LiftShadowBan => "lift",
        DecisionAction.Trust => "trust",
        DecisionAction.Untrust => "untrust",
        DecisionAction.Purge => "purge",
        DecisionAction.Note => "note",
        DecisionAction.Undo or DecisionAction.Unpurge or DecisionAction.Unnote => "undo",
        DecisionAction.ChangeRules => "change-rules",
        DecisionAction.ChangeModes => "change-modes",
        DecisionAction.ChangePoll => "change-poll",
        DecisionAction.ChangeStage => "change-stage",
        DecisionAction.ChangeQuestion => "change-question",
        DecisionAction.BlockNetwork => "block-network",
        DecisionAction.UnblockNetwork => "unblock-network",
        DecisionAction.UseRecoveryCode => "use-recovery-code",
        DecisionAction.NewRecoveryCodes => "new-recovery-codes",
        DecisionAction.RemovePicture => "remove-picture",
        // A newer program has written it.
        _ => "unknown",
    };

    /// <summary>Reads the exact name of one of <see cref="All"/>.</summary>
    public static bool TryParse(string? name, out DecisionAction action)
    {
        action = All.FirstOrDefault(one => one.Name() == name);
        return action != default;
    }

    /// <summary>Whether it is about comments; the others are about people.</summary>
    public static bool IsAboutComments(this DecisionAction action) => action is DecisionAction.Approve or DecisionAction.Reject or DecisionAction.Delete or DecisionAction.Restore;

    /// <summary>Whether it takes a number of seconds.</summary>
    public static bool TakesSeconds(this DecisionAction action) => action is DecisionAction.Throttle or DecisionAction.Timeout;

    /// <summary>Whether it can hold in all events.</summary>
    public static bool MayHoldEverywhere(this DecisionAction action) => !action.IsAboutComments() && action is not DecisionAction.Purge;
}
