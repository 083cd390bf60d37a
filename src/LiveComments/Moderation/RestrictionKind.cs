namespace LiveComments.Moderation;

/// <summary>How somebody is restricted. Numbers are stored: never change them.</summary>
public enum RestrictionKind : byte
{
    Throttle = 1,
    Timeout = 2,
    Ban = 3,
}
