namespace LiveComments.Moderation;

/// <summary>The names of decisions in requests and answers.</summary>
public static class DecisionActions
{
    /// <summary>Those that may be asked for; an undo has a call of its own.</summary>
    public static IReadOnlyList<DecisionAction> All { get; } = [.. Enum.GetValues<DecisionAction>().Where(action => action != DecisionAction.Undo)];

    public static string Name(this DecisionAction action) => action switch
    {
        DecisionAction.Approve => "approve",
        DecisionAction.Reject => "reject",
        DecisionAction.Delete => "delete",
        DecisionAction.Warn => "warn",
        DecisionAction.Throttle => "throttle",
        DecisionAction.Timeout => "timeout",
        DecisionAction.Ban => "ban",
        DecisionAction.Lift => "lift",
        DecisionAction.Undo => "undo",
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
    public static bool IsAboutComments(this DecisionAction action) => action is DecisionAction.Approve or DecisionAction.Reject or DecisionAction.Delete;

    /// <summary>Whether it takes a number of seconds.</summary>
    public static bool TakesSeconds(this DecisionAction action) => action is DecisionAction.Throttle or DecisionAction.Timeout;
}
