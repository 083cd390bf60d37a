namespace LiveComments.Ingest;

/// <summary>What is asked of somebody who ran into limits. Each is harder than the one before.</summary>
public enum ConductStep
{
    /// <summary>Nothing.</summary>
    Free,

    /// <summary>To solve a challenge.</summary>
    Challenge,

    /// <summary>To wait.</summary>
    Blocked,
}
