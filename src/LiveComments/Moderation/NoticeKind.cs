namespace LiveComments.Moderation;

/// <summary>What an author is told. Numbers go between nodes: never change them.</summary>
public enum NoticeKind : byte
{
    Held = 1,
    Approved = 2,
    Rejected = 3,
    Removed = 4,
    Warned = 5,
    Throttled = 6,
    TimedOut = 7,
    Banned = 8,

    /// <summary>A throttle, timeout or ban has ended.</summary>
    Lifted = 9,

    /// <summary>A removed comment is back, or all that a purge removed.</summary>
    Restored = 10,
}
