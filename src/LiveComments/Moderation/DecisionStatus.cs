namespace LiveComments.Moderation;

/// <summary>What has become of a decision.</summary>
public enum DecisionStatus
{
    /// <summary>It was taken now.</summary>
    Done,

    /// <summary>Somebody had decided before.</summary>
    Already,

    /// <summary>There is nothing that it could be about.</summary>
    NotFound,

    /// <summary>It may not be taken, or not taken back.</summary>
    NotAllowed,
}
