namespace LiveComments.Moderation;

/// <summary>What a moderator decides. Numbers are stored: never change them.</summary>
public enum DecisionAction : byte
{
    /// <summary>A held comment is placed; of a reported one the reports are settled.</summary>
    Approve = 1,

    /// <summary>A held comment is not placed.</summary>
    Reject = 2,

    /// <summary>A comment is removed.</summary>
    Delete = 3,

    /// <summary>Somebody is told that something is not welcome.</summary>
    Warn = 4,

    /// <summary>Somebody may write only so often.</summary>
    Throttle = 5,

    /// <summary>Somebody may not write for a while.</summary>
    Timeout = 6,

    /// <summary>Somebody may not write.</summary>
    Ban = 7,

    /// <summary>Ends throttle, timeout and ban.</summary>
    Lift = 8,

    /// <summary>Takes an earlier decision back.</summary>
    Undo = 9,
}
