namespace LiveComments.Moderation;

/// <summary>The names of what becomes of decisions.</summary>
public static class DecisionStatuses
{
    public static string Name(this DecisionStatus status) => status switch
    {
        DecisionStatus.Done => "done",
        DecisionStatus.Already => "already",
        DecisionStatus.NotFound => "not-found",
        _ => "not-allowed",
    };
}
