namespace LiveComments.Client;

/// <summary>Values of <see cref="LiveCommentsException.Code"/> that this client gives when it has no code of the server's.</summary>
public static class ClientCodes
{
    /// <summary>No connection came about: nothing was done.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>No answer came in time. What was asked may have been done; every call of this client may be made again.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>Whether a comment was stored is not known. Posting it again with its key settles that.</summary>
    public const string OutcomeUnknown = "outcome-unknown";

    /// <summary>The answer is none of a LiveComments server: somebody in between gave it.</summary>
    public const string UnexpectedAnswer = "unexpected-answer";

    /// <summary>The server ended a stream because of how it was spoken to, and would again.</summary>
    public const string ProtocolError = "protocol-error";
}
