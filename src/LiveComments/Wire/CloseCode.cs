namespace LiveComments.Wire;

/// <summary>Why the server ends a WebSocket (RFC 6455, 7.4; 4000-4999 are ours).</summary>
internal static class CloseCode
{
    public const ushort Normal = 1000;
    public const ushort GoingAway = 1001;
    public const ushort ProtocolError = 1002;
    public const ushort UnsupportedData = 1003;
    public const ushort InvalidText = 1007;
    public const ushort PolicyViolation = 1008;
    public const ushort TooBig = 1009;
    public const ushort InternalError = 1011;
    public const ushort TryAgainLater = 1013;

    /// <summary>The viewer took nothing for too long; the reason is its position.</summary>
    public const ushort TooSlow = 4008;

    /// <summary>The token expired or was revoked and the event is private.</summary>
    public const ushort Unauthorized = 4401;

    /// <summary>The viewer's network is blocked.</summary>
    public const ushort Blocked = 4403;

    /// <summary>The event was deleted, or is private and the viewer is not admitted any more: nobody is told which.</summary>
    public const ushort EventGone = 4404;
}
