namespace LiveComments.Nodes;

/// <summary>What became of the wish to remove a member.</summary>
public enum DownOutcome
{
    /// <summary>It is being removed.</summary>
    Down,

    /// <summary>No member has this address.</summary>
    Unknown,

    /// <summary>It answers, so it can leave by itself.</summary>
    Reachable,
}
