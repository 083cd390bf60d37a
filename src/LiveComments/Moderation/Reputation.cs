namespace LiveComments.Moderation;

/// <summary>How far somebody can be relied on, from what moderators decided about them lately. Shown to moderators; nothing is decided by it alone.</summary>
public static class Reputation
{
    /// <summary>Of somebody about whom nobody has decided.</summary>
    public const int Neutral = 50;

    /// <summary>From 0 to 100.</summary>
    /// <param name="decisions">About the person and their comments. One that was taken back does not count.</param>
    public static int Of(IReadOnlyCollection<ModeratorDecision> decisions)
    {
        var undone = decisions.Select(decision => decision.Undoes).OfType<Guid>().ToHashSet();
        return Math.Clamp(Neutral + decisions.Where(decision => !undone.Contains(decision.Id)).Sum(decision => Change(decision.Action)), 0, 100);
    }

    private static int Change(DecisionAction action) => action switch
    {
        DecisionAction.Trust => 20,
        DecisionAction.Restore => 5,
        DecisionAction.Approve => 2,
        DecisionAction.Reject or DecisionAction.Delete or DecisionAction.Warn or DecisionAction.Throttle => -5,
        DecisionAction.Timeout => -10,
        DecisionAction.Ban or DecisionAction.BanNetwork or DecisionAction.ShadowBan => -30,
        _ => 0,
    };
}
