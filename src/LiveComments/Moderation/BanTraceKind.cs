namespace LiveComments.Moderation;

/// <summary>What a trace of somebody who is banned is. Numbers are stored: never change them.</summary>
public enum BanTraceKind : byte
{
    /// <summary>A keyed hash of a network that they wrote from.</summary>
    Network = 1,

    /// <summary>An account that came from their device or, made after the ban, from their network.</summary>
    Account = 2,
}
