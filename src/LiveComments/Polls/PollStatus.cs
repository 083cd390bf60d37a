namespace LiveComments.Polls;

/// <summary>Whether a poll takes votes. It only ever goes on to a higher status. Numbers are stored: never change them.</summary>
public enum PollStatus : byte
{
    Open = 0,

    Closed = 1,

    /// <summary>A moderator took it away: it is shown nowhere any more.</summary>
    Removed = 2,
}
