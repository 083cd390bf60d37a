namespace LiveComments.Polls;

/// <summary>When viewers see what was voted. Numbers are stored: never change them.</summary>
public enum PollResults : byte
{
    /// <summary>While it is open. Pages show it to whoever has voted.</summary>
    Live = 0,

    /// <summary>Once it is closed: before, the server tells nobody but moderators.</summary>
    Closed = 1,
}
