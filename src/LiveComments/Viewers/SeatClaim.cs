namespace LiveComments.Viewers;

/// <summary>What somebody's seat in an event rests on.</summary>
public enum SeatClaim
{
    /// <summary>Anybody: whoever was not admitted, signed in or not.</summary>
    Stranger,

    /// <summary>Admitted as a participant.</summary>
    Admitted,

    /// <summary>A moderator of the event, or an administrator.</summary>
    Staff,
}
