namespace LiveComments.Moderation;

/// <summary>How somebody is restricted. Numbers are stored: never change them.</summary>
public enum RestrictionKind : byte
{
    Throttle = 1,
    Timeout = 2,
    Ban = 3,

    /// <summary>Their comments are shown to nobody else, and they are not told.</summary>
    Shadow = 4,

    /// <summary>The opposite of a restriction, which begins, ends and is found like one: their texts are not judged.</summary>
    Trust = 5,

    /// <summary>A ban that includes the network that they wrote from.</summary>
    NetworkBan = 6,
}
