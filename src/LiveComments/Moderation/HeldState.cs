namespace LiveComments.Moderation;

/// <summary>What has become of a comment that was held. Numbers are stored: never change them.</summary>
public enum HeldState : byte
{
    /// <summary>It waits for a moderator.</summary>
    Held = 0,

    /// <summary>It is placed, or about to be.</summary>
    Approved = 1,

    /// <summary>Nobody but moderators and its author ever sees it.</summary>
    Rejected = 2,

    /// <summary>Its delay is over and it is about to be placed.</summary>
    Releasing = 3,

    /// <summary>Its author sees it like any other comment, and nobody else ever does.</summary>
    Shadowed = 4,
}
