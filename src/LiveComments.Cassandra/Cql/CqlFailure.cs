namespace LiveComments.Cassandra.Cql;

/// <summary>What went wrong. The first are the server's own codes (native protocol v4, 9).</summary>
internal enum CqlFailure
{
    ServerError = 0x0000,
    ProtocolError = 0x000A,
    BadCredentials = 0x0100,
    Unavailable = 0x1000,
    Overloaded = 0x1001,
    Bootstrapping = 0x1002,
    TruncateFailed = 0x1003,
    WriteTimeout = 0x1100,
    ReadTimeout = 0x1200,
    ReadFailure = 0x1300,
    FunctionFailure = 0x1400,
    WriteFailure = 0x1500,
    SyntaxError = 0x2000,
    Unauthorized = 0x2100,
    Invalid = 0x2200,
    ConfigurationError = 0x2300,
    AlreadyExists = 0x2400,
    Unprepared = 0x2500,

    /// <summary>No node is connected, or every connection has as many requests under way as it takes. Nothing was sent.</summary>
    NotSent = 0x10000,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>The connection was closed before the answer came.</summary>
    Closed,

    /// <summary>What came is not the native protocol v4.</summary>
    Malformed,
}
